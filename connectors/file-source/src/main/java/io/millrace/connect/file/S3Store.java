package io.millrace.connect.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects below a prefix of a bucket, each known by its key, and told from what was there before by its entity tag. */
final class S3Store implements Store {
    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final Duration READ_LIMIT = Duration.ofSeconds(30);

    private final S3Client client;
    private final String bucket;
    private final String prefix;

    /**
     * How to reach a service.
     *
     * @param endpoint empty for Amazon's
     * @param accessKey empty for the credentials that the SDK finds: environment, web identity, profile, instance
     */
    record Access(Optional<URI> endpoint, String region, boolean pathStyle, String accessKey, String secretKey) {
        S3Client client() {
            S3ClientBuilder builder = S3Client.builder()
                    .region(Region.of(region))
                    .forcePathStyle(pathStyle)
                    .credentialsProvider(credentials())
                    .httpClientBuilder(UrlConnectionHttpClient.builder()
                            .connectionTimeout(CONNECT_LIMIT)
                            .socketTimeout(READ_LIMIT));
            endpoint.ifPresent(builder::endpointOverride);
            return builder.build();
        }

        private AwsCredentialsProvider credentials() {
            return accessKey.isEmpty()
                    ? DefaultCredentialsProvider.builder().build()
                    : StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey));
        }
    }

    /** @param prefix of the keys; empty, or ends with a slash */
    S3Store(S3Client client, String bucket, String prefix) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public void list(Predicate<String> wanted, Visitor visitor) throws StoreException, InterruptedException {
        String token = null;
        do {
            ListObjectsV2Response page = page(token, null);
            List<StoredObject> part = new ArrayList<>();
            for (S3Object object : page.contents()) {
                String path = object.key().substring(prefix.length());
                // Some services list an object that is just being replaced, and cannot say yet what it is.
                boolean known = object.eTag() != null && object.size() != null && object.lastModified() != null;
                if (known && !path.isEmpty() && !path.endsWith("/") && wanted.test(path)) {
                    part.add(new StoredObject(
                            "s3://" + bucket + "/" + object.key(),
                            path,
                            object.eTag(),
                            object.size(),
                            object.lastModified().toEpochMilli()));
                }
            }
            visitor.found(part);
            token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
        } while (token != null);
    }

    private ListObjectsV2Response page(String token, Integer most) throws StoreException {
        try {
            return client.listObjectsV2(ListObjectsV2Request.builder()
                    .bucket(bucket)
                    .prefix(prefix)
                    .continuationToken(token)
                    .maxKeys(most)
                    .build());
        } catch (SdkException | UncheckedIOException e) {
            throw failure("s3://" + bucket + "/" + prefix, e);
        }
    }

    @Override
    public InputStream open(StoredObject object, long position) throws StoreException {
        if (position >= object.size()) {
            return InputStream.nullInputStream();
        }
        try {
            ResponseInputStream<GetObjectResponse> content = client.getObject(get -> get.bucket(bucket)
                    .key(key(object))
                    .ifMatch(object.version())
                    .range(position == 0 ? null : "bytes=" + position + "-"));
            return new ObjectStream(content, object, object.size() - position);
        } catch (SdkException | UncheckedIOException e) {
            StoreException failure = failure(object.path(), e);
            throw failure.isFatal() ? new ObjectDenied(object.path(), e) : failure;
        }
    }

    private String key(StoredObject object) {
        return prefix + object.path();
    }

    @Override
    public String fingerprint(StoredObject object) {
        return object.version();
    }

    @Override
    public boolean matches(StoredObject object, String fingerprint) {
        return object.version().equals(fingerprint);
    }

    @Override
    public boolean isAtomic() {
        return true;
    }

    @Override
    public void delete(StoredObject object) throws StoreException {
        requireUnchanged(object);
        try {
            client.deleteObject(delete -> delete.bucket(bucket).key(key(object)));
        } catch (SdkException | UncheckedIOException e) {
            throw failure(object.path(), e);
        }
    }

    @Override
    public void move(StoredObject object, String target) throws StoreException {
        String to = target.endsWith("/") ? target : target + "/";
        try {
            client.copyObject(copy -> copy.sourceBucket(bucket)
                    .sourceKey(key(object))
                    .copySourceIfMatch(object.version())
                    .destinationBucket(bucket)
                    .destinationKey(to + object.path()));
        } catch (SdkException | UncheckedIOException e) {
            throw failure(object.path(), e);
        }
        delete(object);
    }

    private void requireUnchanged(StoredObject object) throws StoreException {
        try {
            HeadObjectResponse now =
                    client.headObject(head -> head.bucket(bucket).key(key(object)));
            if (!object.version().equals(now.eTag())) {
                throw new ObjectMoved(object.path(), null);
            }
        } catch (SdkException | UncheckedIOException e) {
            throw failure(object.path(), e);
        }
    }

    @Override
    public void check() throws StoreException {
        page(null, 1);
    }

    @Override
    public void close() {
        client.close();
    }

    private StoreException failure(String what, RuntimeException e) {
        int status = e instanceof AwsServiceException service ? service.statusCode() : 0;
        if (status == PRECONDITION_FAILED || status == RANGE_NOT_SATISFIABLE) {
            return new ObjectMoved(what, e);
        }
        if (status == NOT_FOUND) {
            return e instanceof software.amazon.awssdk.services.s3.model.NoSuchBucketException
                    ? new StoreException("there is no bucket " + bucket, false, e)
                    : new ObjectMoved(what, e);
        }
        if (status == FORBIDDEN) {
            return new StoreException(
                    "S3 does not let these credentials use " + what + "; correct them or their policy", true, e);
        }
        return StoreException.passing(what + " cannot be read: " + firstLine(e.getMessage()), e);
    }

    private static String firstLine(String text) {
        return text == null ? "no answer" : text.lines().findFirst().orElse("no answer");
    }

    /** Knows how much has to come, and gives a connection up rather than read the rest of a large object. */
    private static final class ObjectStream extends FilterInputStream {
        private final ResponseInputStream<GetObjectResponse> content;
        private final StoredObject object;
        private long left;

        ObjectStream(ResponseInputStream<GetObjectResponse> content, StoredObject object, long left) {
            super(content);
            this.content = content;
            this.object = object;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count;
            try {
                count = in.read(bytes, offset, length);
            } catch (IOException | SdkException | UncheckedIOException e) {
                throw StoreException.passing(object.path() + " cannot be read on: " + e.getMessage(), e);
            }
            if (count < 0 && left > 0) {
                throw StoreException.passing(object.path() + " ended " + left + " bytes early", null);
            }
            left -= Math.max(0, count);
            return count;
        }

        @Override
        public void close() throws IOException {
            if (left > 0) {
                content.abort();
            } else {
                super.close();
            }
        }
    }
}
