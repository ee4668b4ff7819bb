package io.arketic.services;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.arketic.services")
class BordersTest {

    @ArchTest
    static final ArchRule services_know_nothing_of_the_product = noClasses()
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are of another module",
                    (JavaClass type) -> type.getPackageName().startsWith("io.arketic.")
                            && !type.getPackageName().startsWith("io.arketic.services")))
            .because("every module's tests stand on this one");
}
