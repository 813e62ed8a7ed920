package io.millrace.spark.run;

import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.auth.DefaultAWSCredentialsProviderChain;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.AmazonS3ClientBuilder;
import io.millrace.spark.DriverConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Finds the store that suits a folder. */
final class ExclusiveFolders {
    private ExclusiveFolders() {}

    /** @param folder as a path or a URI of any file system that Hadoop knows */
    static ExclusiveFiles of(String folder, DriverConfig config, Configuration hadoop) throws IOException {
        URI uri = new org.apache.hadoop.fs.Path(folder).toUri();
        String scheme =
                uri.getScheme() == null ? FileSystem.getDefaultUri(hadoop).getScheme() : uri.getScheme();
        return switch (scheme) {
            case "file" -> new LocalFiles(Path.of(uri.getPath()));
            case "s3a", "s3" ->
                new S3Files(client(config), uri.getAuthority(), uri.getPath().substring(1) + "/");
            default -> new HadoopFiles(folder, hadoop);
        };
    }

    private static AmazonS3 client(DriverConfig config) {
        AmazonS3ClientBuilder builder = AmazonS3ClientBuilder.standard().withCredentials(credentials(config));
        config.find("s3.endpoint").ifPresent(endpoint -> builder.withPathStyleAccessEnabled(true)
                .withEndpointConfiguration(new EndpointConfiguration(endpoint, "us-east-1")));
        return builder.build();
    }

    private static AWSCredentialsProvider credentials(DriverConfig config) {
        return config.find("s3.access.key").isPresent()
                ? new AWSStaticCredentialsProvider(
                        new BasicAWSCredentials(config.require("s3.access.key"), config.require("s3.secret.key")))
                : DefaultAWSCredentialsProviderChain.getInstance();
    }
}
