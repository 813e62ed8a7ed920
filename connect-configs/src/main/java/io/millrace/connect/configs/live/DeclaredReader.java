package io.millrace.connect.configs.live;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredConnectors;
import io.millrace.connect.configs.SecretKeys;
import io.millrace.connect.configs.Validation;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.EnvironmentConnectors;
import io.millrace.connect.configs.plan.Declared;
import io.millrace.connect.configs.plan.DeclaredSubject;
import io.millrace.connect.configs.plan.Live;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.tool.CatalogueReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts together what an environment has to have, from the folders that declare it. */
public final class DeclaredReader {
    private DeclaredReader() {}

    /**
     * Everything that an environment has to have.
     *
     * @throws DeclarationException when a file is wrong, with file and line
     */
    public static Declared read(Path connectors, Path contracts, Environment environment) {
        CatalogueReport.requireSound(contracts);
        Catalogue catalogue = Catalogue.read(contracts);
        List<DeclaredSubject> subjects = environment.registry().isEmpty()
                ? List.of()
                : catalogue.contracts().stream()
                        .filter(contract -> contract.value().isPresent())
                        .map(contract -> new DeclaredSubject(
                                contract.valueSubject(), contract.requireValue(), contract.compatibility()))
                        .toList();
        return new Declared(
                environment.owner(),
                catalogue.contracts().stream()
                        .map(contract -> environment.topics().of(contract.topic()))
                        .toList(),
                subjects,
                EnvironmentConnectors.resolve(DeclaredConnectors.read(connectors), environment),
                environment.publishContracts().map(folder -> FolderReader.read(contracts)));
    }

    /**
     * Refuses secrets in plain text under keys that only the plugins know to be passwords.
     *
     * @throws DeclarationException naming each with file and line
     */
    public static void refuseLiteralSecrets(Declared declared, Live live) {
        List<String> wrong = new ArrayList<>();
        for (DeclaredConnector connector : declared.connectors()) {
            Validation validation = live.validations().get(connector.name());
            if (validation == null) {
                continue;
            }
            connector.config().forEach((key, value) -> {
                boolean byReference = connector.origin().shown().containsKey(key);
                if (validation.isSecret(key) && SecretKeys.isLiteral(value) && !byReference) {
                    wrong.add(EnvironmentConnectors.literalSecret(connector.origin(), key));
                }
            });
        }
        if (!wrong.isEmpty()) {
            throw new DeclarationException(String.join(System.lineSeparator() + "millrace: ", wrong));
        }
    }
}
