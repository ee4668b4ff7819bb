package io.arketic.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.arketic.cli", importOptions = DoNotIncludeTests.class)
final class BordersTest {

    @ArchTest
    static final ArchRule ASKS_THE_STORE_THROUGH_ITS_LEAF = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.minio..", "okhttp3..")
            .because("io.arketic.store alone knows the client of the object store");

    @ArchTest
    static final ArchRule SPEAKS_TO_API_AND_JOBS_OVER_THE_WIRE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.arketic.rag..", "io.arketic.ingest..", "org.springframework..", "org.apache.flink..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.arketic.(**)").should().beFreeOfCycles();
}
