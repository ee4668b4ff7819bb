package io.arketic.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.arketic.cli", importOptions = DoNotIncludeTests.class)
final class BordersTest {

    @ArchTest
    static final ArchRule ONLY_THE_ENTRY_IS_PUBLIC = classes()
            .that()
            .doNotHaveSimpleName("Arketic")
            .and()
            .areTopLevelClasses()
            .should()
            .notBePublic();

    @ArchTest
    static final ArchRule SPEAKS_TO_API_AND_JOBS_OVER_THE_WIRE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.arketic.rag..", "io.arketic.ingest..", "org.springframework..", "org.apache.flink..");
}
