package org.flushspread;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms of spread-core point down, and the kernel is deterministic. */
@Tag("once")
class ArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("test-classes"))
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

    /** architecture, inside the kernel: base below all rooms, the roof above them, and these arrows between them. */
    @Test
    void roomsOfTheKernelUseTheRoomsBelow() {
        room("base");
        room("membership", "base");
        room("recovery", "base");
        room("ring", "base", "membership", "recovery");
        room("groups", "base");
        room("session", "base", "groups");
        room("monitor", "base", "membership");
    }

    private static void room(String name, String... below) {
        String kernel = "org.flushspread.kernel.";
        List<String> allowed = new ArrayList<>(
                List.of(kernel + name + "..", "org.flushspread.config..", "org.flushspread.wire..", "com.google.."));
        for (String each : below) {
            allowed.add(kernel + each + "..");
        }
        onlyUses(kernel + name + "..", allowed.toArray(String[]::new));
    }

    @Test
    void clientUsesWire() {
        onlyUses(
                "org.flushspread.client..",
                "org.flushspread.client..",
                "org.flushspread.scram..",
                "org.flushspread.wire..",
                "org.flushspread.tls..",
                "com.google..",
                "java.net..",
                "java.security..",
                "javax.net.ssl..");
    }

    @Test
    void tlsUsesTheJdkAndGuava() {
        onlyUses(
                "org.flushspread.tls..",
                "org.flushspread.tls..",
                "com.google..",
                "java.security..",
                "javax.net.ssl..",
                "javax.security.auth..");
    }

    @Test
    void scramUsesOnlyTheJdk() {
        onlyUses("org.flushspread.scram..", "org.flushspread.scram..", "java.security..", "javax.crypto..");
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

    /** The admin endpoint reads snapshots: it knows neither the kernel's objects nor its loop, and no room above. */
    @Test
    void adminKnowsSnapshotsOfTheKernelOnly() {
        noClasses()
                .that()
                .resideInAPackage("org.flushspread.daemon.admin..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.flushspread.daemon", "io.netty.channel..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(
                        "org\\.flushspread\\.kernel\\.(.*\\.)?(Kernel|Turn|Ports|Inputs|Context|Ring|Groups|Sessions)")
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

    /** architecture, rules 1 and 2: what hangs on a future is the program's code. */
    @Test
    void clientCompletesFuturesInOnePlace() {
        for (String completing : new String[] {"complete", "completeExceptionally", "cancel", "obtrudeValue"}) {
            noClasses()
                    .that()
                    .resideInAPackage("org.flushspread.client..")
                    .and()
                    .doNotHaveSimpleName("UserCode")
                    .should()
                    .callMethodWhere(target(owner(assignableTo(java.util.concurrent.CompletableFuture.class)))
                            .and(target(name(completing))))
                    .check(MAIN);
        }
    }

    /** architecture, rules 1 and 2: listeners, handlers, subscribers and executors are called inside of {@code UserCode} only. */
    @Test
    void clientHandsToExecutorsAndHandlersInOnePlace() {
        noClasses()
                .that()
                .resideInAPackage("org.flushspread.client..")
                .and()
                .doNotHaveSimpleName("UserCode")
                .should()
                .callMethodWhere(target(owner(assignableTo(java.util.concurrent.Executor.class)))
                        .and(target(name("execute"))))
                .orShould()
                .callMethod(Thread.class, "getUncaughtExceptionHandler")
                .check(MAIN);
        for (Class<?> told : new Class<?>[] {
            org.flushspread.client.ReconnectingConnection.Listener.class, java.util.concurrent.Flow.Subscriber.class
        }) {
            codeUnits()
                    .that()
                    .areDeclaredInClassesThat()
                    .resideInAPackage("org.flushspread.client..")
                    .should(new com.tngtech.archunit.lang.ArchCondition<>("call a listener inside of UserCode") {
                        @Override
                        public void check(
                                com.tngtech.archunit.core.domain.JavaCodeUnit unit,
                                com.tngtech.archunit.lang.ConditionEvents events) {
                            unit.getMethodCallsFromSelf().stream()
                                    .filter(call -> !call.isDeclaredInLambda()
                                            && call.getTargetOwner().isAssignableTo(told))
                                    .forEach(call -> events.add(com.tngtech.archunit.lang.SimpleConditionEvent.violated(
                                            unit, call.getDescription())));
                        }
                    })
                    .check(MAIN);
        }
    }

    /** architecture, rule 4: a monitor of an object that the program can see is the program's. */
    @Test
    void clientHasNoSynchronizedMethods() {
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("org.flushspread.client..")
                .should()
                .notHaveModifier(com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED)
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
