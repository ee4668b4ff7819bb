package io.arketic.rag;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModulesTest {

    @Test
    void noFeatureReachesIntoAnotherAndNoneDependOnEachOtherInACircle() {
        ApplicationModules.of(ArketicApi.class).verify();
    }

    @Test
    void onlyTransactionsHandsOutConnections() {
        noClasses()
                .that()
                .haveNameNotMatching("io[.]arketic[.]rag[.]deployment[.](Transactions|SchedulerDatabase)")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java[.]sql[.](Connection|DriverManager)|javax[.]sql[.]DataSource")
                .because("every transaction runs for a tenant, through Transactions")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.arketic.rag"));
    }

    @Test
    void theObjectStoreIsAskedThroughItsLeaf() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.minio..")
                .because("io.arketic.store alone knows the client of the object store")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.arketic.rag"));
    }

    @Test
    void whatIsDoneAgainAndAgainGoesOnAfterAFailure() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.arketic.rag.deployment.Steady")
                .should()
                .callMethodWhere(target(nameMatching("scheduleWithFixedDelay|scheduleAtFixedRate")))
                .because("what a turn throws would end the schedule without a word: use Steady.every")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.arketic.rag"));
    }
}
