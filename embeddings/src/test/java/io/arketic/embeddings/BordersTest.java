package io.arketic.embeddings;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.arketic", importOptions = DoNotIncludeTests.class)
class BordersTest {

    @ArchTest
    static final ArchRule knowsNoOtherModuleAndNoFramework = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.arketic.extractors..",
                    "io.arketic.schema..",
                    "io.arketic.ingest..",
                    "io.arketic.rag..",
                    "org.springframework..",
                    "org.apache.flink..",
                    "org.slf4j..")
            .because("a leaf runs in Flink and in the API alike, and each brings its own logging");

    @ArchTest
    static final ArchRule publicTypesAreThoseThatCallersName = classes()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .should()
            .haveNameMatching(
                    "io\\.arketic\\.embeddings\\."
                            + "(EmbeddingModel|EmbeddingModels|EmbeddingSpec|EmbeddingException|EmbeddingSettings"
                            + "|RemoteEmbeddingSettings|Reranker|RerankSettings|SettingReader|SettingValue|UnknownEmbeddingModelException)")
            .because("a type becomes public when a caller needs its name");
}
