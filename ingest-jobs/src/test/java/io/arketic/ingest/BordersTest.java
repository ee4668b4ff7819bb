package io.arketic.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apache.flink.api.common.functions.Function;

@AnalyzeClasses(packages = "io.arketic.ingest", importOptions = ImportOption.DoNotIncludeTests.class)
class BordersTest {

    @ArchTest
    static final ArchRule ASKS_THE_STORE_THROUGH_ITS_LEAF = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.minio..", "okhttp3..")
            .because("io.arketic.store alone knows the client of the object store");

    @ArchTest
    static final ArchRule KNOWS_NEITHER_THE_API_NOR_THE_INFRASTRUCTURE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.arketic.rag..", "io.arketic.services..", "io.arketic.cli..", "org.springframework..")
            .because("the assemblers do not know each other, and infra sees all and is seen by none");

    @ArchTest
    static final ArchRule DOES_NOT_SPEAK_SQL = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.sql\\.(Connection|Statement|PreparedStatement|ResultSet)|javax\\.sql\\..*")
            .because("the knowledge tables are written through schema alone");

    @ArchTest
    static final ArchRule LOGIC_DOES_NOT_KNOW_FLINK = noClasses()
            .that()
            .resideOutsideOfPackage("io.arketic.ingest.notification..")
            .and()
            .haveSimpleNameNotStartingWith("Ingest")
            .and()
            .haveSimpleNameNotStartingWith("Listing")
            .and()
            .haveSimpleNameNotStartingWith("Leas")
            .and()
            .doNotHaveSimpleName("ReindexJob")
            .and()
            .doNotHaveSimpleName("ReindexReader")
            .and()
            .doNotHaveSimpleName("ReindexSource")
            .and()
            .haveSimpleNameNotEndingWith("Schema")
            .and()
            .areNotAssignableTo(Function.class)
            .and()
            .doNotHaveSimpleName("SinkWithoutCommitter")
            .and()
            .areTopLevelClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.flink..")
            .because("what becomes of an object is decided, and tested, without a cluster");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.arketic.(**)").should().beFreeOfCycles();
}
