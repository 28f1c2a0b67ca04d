package org.flushspread.examples;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** architecture: no package uses another one that, in one step or more, uses it; here all three modules are seen at once. */
@Tag("once")
class PackageCyclesTest {
    @Test
    void noPackageCycleExistsAnywhere() {
        JavaClasses main = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
                .importPackages("org.flushspread", "spread");
        for (String each : new String[] {"wire", "kernel.base", "kernel", "flush.kernel", "flush", "examples"}) {
            assertThat(main.containPackage("org.flushspread." + each)).as(each).isTrue();
        }
        slices().matching("(**)").should().beFreeOfCycles().check(main);
    }
}
