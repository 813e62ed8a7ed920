package io.millrace.spark.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** On HDFS and on what behaves as it does: creating without overwriting is one step there. Not for S3. */
final class HadoopFiles implements ExclusiveFiles {
    private final FileSystem files;
    private final Path folder;

    HadoopFiles(String folder, Configuration hadoop) throws IOException {
        this.folder = new Path(folder);
        this.files = this.folder.getFileSystem(hadoop);
    }

    @Override
    public boolean create(String name, String content) throws IOException {
        try (FSDataOutputStream out = files.create(new Path(folder, name), false)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    @Override
    public Optional<String> read(String name) throws IOException {
        try (FSDataInputStream in = files.open(new Path(folder, name))) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<String> list() throws IOException {
        try {
            return Stream.of(files.listStatus(folder))
                    .map(FileStatus::getPath)
                    .map(Path::getName)
                    .toList();
        } catch (FileNotFoundException e) {
            return List.of();
        }
    }

    @Override
    public void delete(String name) throws IOException {
        files.delete(new Path(folder, name), false);
    }
}
