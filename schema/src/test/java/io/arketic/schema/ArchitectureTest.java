package io.arketic.schema;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.arketic.schema.tenancy.TenantDatabase;
import javax.sql.DataSource;

@AnalyzeClasses(packages = "io.arketic.schema", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule leaf = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.arketic.extractors..",
                    "io.arketic.embeddings..",
                    "io.arketic.ingest..",
                    "io.arketic.rag..",
                    "org.springframework..",
                    "org.apache.flink..")
            .because("a leaf knows neither another leaf nor an assembler nor their frameworks");

    @ArchTest
    static final ArchRule oneDoor = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(TenantDatabase.class.getName())
            .should()
            .dependOnClassesThat()
            .areAssignableTo(DataSource.class)
            .because("only TenantDatabase holds a data source, so that every transaction has a tenant");

    @ArchTest
    static final ArchRule noOtherDoor = noClasses()
            .that()
            .doNotHaveSimpleName("SchemaMigrator")
            .and()
            .doNotHaveSimpleName("SchemaCommand")
            .and()
            .doNotHaveSimpleName("NotificationListener")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.sql.DriverManager")
            .because("migrations and operators come as the owner, the listener reads notifications and no rows");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.arketic.(**)").should().beFreeOfCycles();
}
