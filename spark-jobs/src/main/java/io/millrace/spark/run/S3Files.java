package io.millrace.spark.run;

import com.amazonaws.AmazonServiceException;
import com.amazonaws.SdkClientException;
import com.amazonaws.services.s3.AmazonS3;
import com.amazonaws.services.s3.model.ListObjectsV2Request;
import com.amazonaws.services.s3.model.ListObjectsV2Result;
import com.amazonaws.services.s3.model.ObjectMetadata;
import com.amazonaws.services.s3.model.PutObjectRequest;
import com.amazonaws.services.s3.model.S3ObjectSummary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * On S3, by conditional writes: a PUT with {@code If-None-Match: *} is refused when the object exists, and of two at the
 * same time one is refused.
 */
final class S3Files implements ExclusiveFiles {
    private static final int EXISTS = 412;
    /** Another conditional write of the same object is under way. */
    private static final int CONFLICT = 409;

    private static final int MISSING = 404;

    private final AmazonS3 s3;
    private final String bucket;
    private final String prefix;

    /** @param prefix of the objects' keys, with a slash at its end */
    S3Files(AmazonS3 s3, String bucket, String prefix) {
        this.s3 = s3;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public boolean create(String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        ObjectMetadata metadata = new ObjectMetadata();
        metadata.setContentLength(bytes.length);
        metadata.setContentType("application/json");
        PutObjectRequest put = new PutObjectRequest(bucket, prefix + name, new ByteArrayInputStream(bytes), metadata);
        put.putCustomRequestHeader("If-None-Match", "*");
        try {
            s3.putObject(put);
            return true;
        } catch (AmazonServiceException e) {
            if (e.getStatusCode() == CONFLICT) {
                return false;
            }
            if (e.getStatusCode() == EXISTS) {
                // Ours when an earlier attempt of this very request got through and its answer was lost.
                return read(name).filter(content::equals).isPresent();
            }
            throw failure("create", name, e);
        } catch (SdkClientException e) {
            throw failure("create", name, e);
        }
    }

    @Override
    public Optional<String> read(String name) throws IOException {
        try {
            return Optional.of(s3.getObjectAsString(bucket, prefix + name));
        } catch (AmazonServiceException e) {
            if (e.getStatusCode() == MISSING) {
                return Optional.empty();
            }
            throw failure("read", name, e);
        } catch (SdkClientException e) {
            throw failure("read", name, e);
        }
    }

    @Override
    public List<String> list() throws IOException {
        List<String> names = new ArrayList<>();
        ListObjectsV2Request request =
                new ListObjectsV2Request().withBucketName(bucket).withPrefix(prefix);
        try {
            ListObjectsV2Result page;
            do {
                page = s3.listObjectsV2(request);
                for (S3ObjectSummary object : page.getObjectSummaries()) {
                    names.add(object.getKey().substring(prefix.length()));
                }
                request.setContinuationToken(page.getNextContinuationToken());
            } while (page.isTruncated());
            return names;
        } catch (SdkClientException e) {
            throw failure("list", "", e);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        try {
            s3.deleteObject(bucket, prefix + name);
        } catch (SdkClientException e) {
            throw failure("delete", name, e);
        }
    }

    private IOException failure(String what, String name, SdkClientException e) {
        return new IOException("cannot " + what + " s3a://" + bucket + "/" + prefix + name + ": " + e.getMessage(), e);
    }
}
