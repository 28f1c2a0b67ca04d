package org.flushspread;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms of spread-core point down, and the kernel is deterministic. */
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.flushspread", "spread");

    private static final String[] JDK_AND_BUFFERS = {
        "java.lang..",
        "java.nio..",
        "java.util..",
        "java.math..",
        "java.time..",
        "io.netty.buffer..",
        "io.netty.util..",
        "org.jspecify..",
        "java.io.."
    };

    @Test
    void wireUsesOnlyTheJdkAndBuffers() {
        onlyUses("org.flushspread.wire..", "org.flushspread.wire..");
    }

    @Test
    void configUsesWireAndGuava() {
        onlyUses("org.flushspread.config..", "org.flushspread.config..", "org.flushspread.wire..", "com.google..");
    }

    @Test
    void kernelUsesWireAndConfig() {
        onlyUses(
                "org.flushspread.kernel..",
                "org.flushspread.kernel..",
                "org.flushspread.config..",
                "org.flushspread.wire..",
                "com.google..");
    }

    @Test
    void clientUsesWire() {
        onlyUses(
                "org.flushspread.client..",
                "org.flushspread.client..",
                "org.flushspread.wire..",
                "com.google..",
                "java.net..",
                "java.security..");
    }

    @Test
    void nothingBelowKnowsTheRoomsAbove() {
        noClasses()
                .that()
                .resideInAnyPackage("org.flushspread.daemon..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.flushspread.client..", "org.flushspread.embedded..", "org.flushspread.tools..", "spread..")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAnyPackage("org.flushspread.embedded..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.flushspread.tools..", "spread..")
                .check(MAIN);
    }

    @Test
    void kernelAndBelowKnowNoSocketThreadClockLoggerOrRandomSource() {
        noClasses()
                .that()
                .resideInAnyPackage("org.flushspread.wire..", "org.flushspread.config..", "org.flushspread.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..",
                        "java.nio.channels..",
                        "io.netty.channel..",
                        "org.slf4j..",
                        "java.util.concurrent.locks..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.lang\\.Thread|java\\.util\\.Random|java\\.util\\.concurrent\\.ThreadLocalRandom"
                                + "|java\\.time\\.Clock|java\\.time\\.Instant")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "identityHashCode", Object.class)
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void kernelIteratesNoHashTableAndDecidesWithoutFloatingPoint() {
        for (Class<?> table :
                new Class<?>[] {java.util.HashMap.class, java.util.HashSet.class, java.util.IdentityHashMap.class}) {
            noClasses()
                    .that()
                    .resideInAPackage("org.flushspread.kernel..")
                    .should()
                    .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                    com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                                            com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo(table)))
                            .and(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                                    com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                                            "iterator|forEach|entrySet|keySet|values|stream"))))
                    .check(MAIN);
        }
        noClasses()
                .that()
                .resideInAPackage("org.flushspread.kernel..")
                .should()
                .callMethod(java.util.Set.class, "of", Object[].class)
                .check(MAIN);
        classes()
                .that()
                .resideInAPackage("org.flushspread.kernel..")
                .should()
                .onlyHaveDependentClassesThat()
                .resideOutsideOfPackages(
                        "org.flushspread.wire..", "org.flushspread.config..", "org.flushspread.client..")
                .check(MAIN);
    }

    private static void onlyUses(String room, String... allowed) {
        String[] all = new String[allowed.length + JDK_AND_BUFFERS.length];
        System.arraycopy(allowed, 0, all, 0, allowed.length);
        System.arraycopy(JDK_AND_BUFFERS, 0, all, allowed.length, JDK_AND_BUFFERS.length);
        classes()
                .that()
                .resideInAPackage(room)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(all)
                .check(MAIN);
    }
}
