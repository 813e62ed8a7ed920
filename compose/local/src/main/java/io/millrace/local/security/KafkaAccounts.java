package io.millrace.local.security;

import io.millrace.local.stack.Secrets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/** Makes the broker know the accounts and their permissions, as the superuser. What differs is changed, nothing else. */
final class KafkaAccounts {
    private static final int ITERATIONS = 8192;
    private static final long LIMIT_SECONDS = 10;

    private final Map<String, Object> superuser;
    private final Secrets secrets;

    /** @param superuser client properties of {@link Account#KAFKA} */
    KafkaAccounts(Map<String, Object> superuser, Secrets secrets) {
        this.superuser = superuser;
        this.secrets = secrets;
    }

    /** Sets every password, as the secrets are their only source, and the permissions. */
    void set(Set<AclBinding> wanted) throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(superuser)) {
            List<UserScramCredentialAlteration> passwords = new ArrayList<>();
            for (Account account : Account.values()) {
                if (account != Account.KAFKA) {
                    passwords.add(new UserScramCredentialUpsertion(
                            account.user(),
                            new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
                            secrets.get(account.kafkaPassword())));
                }
            }
            admin.alterUserScramCredentials(passwords).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            permit(admin, wanted);
        }
    }

    /** Sets the permissions. */
    void permit(Set<AclBinding> wanted) throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(superuser)) {
            permit(admin, wanted);
        }
    }

    private static void permit(Admin admin, Set<AclBinding> wanted)
            throws ExecutionException, InterruptedException, TimeoutException {
        Collection<AclBinding> known =
                admin.describeAcls(AclBindingFilter.ANY).values().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        Set<AclBinding> missing = new HashSet<>(wanted);
        missing.removeAll(Set.copyOf(known));
        admin.createAcls(missing).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        List<AclBindingFilter> foreign = known.stream()
                .filter(acl -> !wanted.contains(acl))
                .map(AclBinding::toFilter)
                .toList();
        if (!foreign.isEmpty()) {
            admin.deleteAcls(foreign).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }
}
