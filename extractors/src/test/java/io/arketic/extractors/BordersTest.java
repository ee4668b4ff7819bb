package io.arketic.extractors;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.arketic.extractors", importOptions = ImportOption.DoNotIncludeTests.class)
class BordersTest {

    @ArchTest
    static final ArchRule knowsNoOtherModule = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.arketic.embeddings..",
                    "io.arketic.schema..",
                    "io.arketic.ingest..",
                    "io.arketic.rag..",
                    "org.springframework..",
                    "org.apache.flink..");

    @ArchTest
    static final ArchRule parsersLiveInTheWorkerAlone = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.arketic.extractors",
                    "io.arketic.extractors.chunk",
                    "io.arketic.extractors.fork",
                    "io.arketic.extractors.protocol")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache..")
            .because("a caller such as a Flink job has no parser in its class path, only the forks have");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.arketic.(**)").should().beFreeOfCycles();
}
