package org.flushspread.flush.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.flushspread.flush.ApplyContext;
import org.flushspread.flush.Codec;
import org.flushspread.flush.linearizability.Model;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What code of a user throws or leaves out is told in a report, or in a sentence, and never takes the report away. */
@Tag("hunt")
@Timeout(180)
class SimulationReportsTest {
    private static final String REPLAY_LINE = "To run it again: the same test with -D" + ReplicaSimulation.REPLAY;
    private static final String NOT_AGAIN = "It did not happen again with the same seed";

    private static ReplicaSimulation<Accounts, String, String> accounts(Supplier<Accounts> machine) {
        return ReplicaSimulation.of(machine, Accounts.Payments::new).seeds(20).ringsEvery(0);
    }

    private static String report(ReplicaSimulation<?, ?, ?> of) {
        AssertionError failure = catchThrowableOfType(AssertionError.class, of::run);
        assertThat(failure).as("the fault is found").isNotNull();
        String said = String.valueOf(failure.getMessage());
        if (Boolean.getBoolean("users.show")) {
            System.out.println(said);
        }
        assertThat(said).startsWith("seed ").contains("What came last", " is asked for account", REPLAY_LINE);
        return said;
    }

    private static class FullDisk extends Accounts {
        @Override
        public void save(DataOutput out) throws IOException {
            if (money.size() > 1) {
                throw new IOException("disk");
            }
            super.save(out);
        }
    }

    @Test
    void aSaveThatThrowsIsReportedWithItsStory() {
        assertThat(report(accounts(FullDisk::new)))
                .contains("breaks SaveWorks: " + FullDisk.class.getName() + ".save failed at ")
                .contains("java.io.IOException: disk", "Without any group, ")
                .doesNotContain("Watched", NOT_AGAIN);
    }

    @Test
    void aSaveThatThrowsOnSimulatedRingsIsReportedLikewise() {
        assertThat(report(accounts(FullDisk::new).ringsEvery(1)))
                .contains("breaks SaveWorks: " + FullDisk.class.getName() + ".save failed at ");
    }

    private static class Silent extends Accounts {
        @Override
        @SuppressWarnings("NullAway") // that is what it is about
        public String apply(String command, ApplyContext context) {
            String answer = super.apply(command, context);
            return answer.equals("7") ? null : answer;
        }
    }

    @Test
    void aResultThatAnswersCannotEncodeIsReportedWithItsStory() {
        assertThat(report(accounts(Silent::new)))
                .contains("breaks AnswersAreKept: answers() of " + Silent.class.getName()
                        + " cannot encode the result null")
                .contains("Without any group, ")
                .doesNotContain(NOT_AGAIN);
    }

    @Test
    void anAnswerThatCannotBeDecodedIsReportedWithItsStory() {
        assertThat(report(accounts(() -> new Accounts() {
                    @Override
                    public Codec<String> answers() {
                        return Codec.of(answer -> answer.getBytes(StandardCharsets.UTF_8), bytes -> {
                            throw new IllegalStateException("not written yet");
                        });
                    }
                })))
                .contains("breaks AnswersAreKept: answers() of ", " cannot decode ", "not written yet");
    }

    @Test
    void aCallbackThatEndsAMemberIsReportedWithItsStory() {
        assertThat(report(accounts(() -> new Accounts() {
                    @Override
                    public void beginBatch() {
                        throw new IllegalStateException("no database");
                    }
                })))
                .contains("breaks MembersGoOn: ", "no database");
        assertThat(report(accounts(() -> new Accounts() {
                    @Override
                    public void endBatch() {
                        throw new IllegalStateException("no commit");
                    }
                })))
                .contains("breaks MembersGoOn: ", ".endBatch failed at ", "no commit");
    }

    @Test
    void wordsThatThrowDoNotTakeTheReportAway() {
        Accounts.Payments quiet = new Accounts.Payments() {
            @Override
            public String describe(String command) {
                throw new IllegalStateException("no words");
            }
        };
        AssertionError failure = catchThrowableOfType(
                AssertionError.class,
                () -> ReplicaSimulation.of(
                                () -> new FullDisk() {
                                    @Override
                                    public String toString() {
                                        throw new IllegalStateException("no words either");
                                    }
                                },
                                () -> quiet)
                        .invariant("nobody is rich", state -> false)
                        .run());
        assertThat(failure).hasMessageContaining("Invariant 'nobody is rich'").hasMessageContaining(REPLAY_LINE);
    }

    // ---- the codec of commands

    private static Accounts.Payments decoding(String refused) {
        return new Accounts.Payments() {
            @Override
            public Codec<String> codec() {
                return Codec.of(command -> command.getBytes(StandardCharsets.UTF_8), bytes -> {
                    String command = StandardCharsets.UTF_8.decode(bytes).toString();
                    if (command.contains(refused)) {
                        throw new IllegalArgumentException("refused " + command);
                    }
                    return command;
                });
            }
        };
    }

    /** As the guide says: at all members alike. */
    @Test
    void whatDecodeThrowsIsTheResultOfTheCommand() {
        AtomicInteger threes = new AtomicInteger();
        ReplicaSimulation.Result result = ReplicaSimulation.of(
                        () -> new Accounts() {
                            @Override
                            public String apply(String command, ApplyContext context) {
                                threes.addAndGet(command.contains("account3") ? 1 : 0);
                                return super.apply(command, context);
                            }
                        },
                        () -> decoding("account3"))
                .seeds(20)
                .run();
        assertThat(result.figures().completed()).isPositive();
        assertThat(threes).hasValue(0);
    }

    @Test
    void aCodecThatDecodesNothingTestsNothing() {
        AssertionError failure = catchThrowableOfType(
                AssertionError.class,
                () -> ReplicaSimulation.of(Accounts::new, () -> decoding(""))
                        .seeds(3)
                        .run());
        assertThat(failure).hasMessageContaining("nothing was tested: decode of the workload's codec threw ");
    }

    @Test
    void aCommandThatCannotBeEncodedIsReported() {
        AssertionError failure = catchThrowableOfType(
                AssertionError.class,
                () -> ReplicaSimulation.of(Accounts::new, () -> new Accounts.Payments() {
                            @Override
                            public Codec<String> codec() {
                                return Codec.of(
                                        command -> {
                                            throw new IllegalStateException("too long");
                                        },
                                        bytes -> "");
                            }
                        })
                        .run());
        assertThat(failure)
                .hasMessageContaining(
                        "breaks CommandsAreEncoded: the codec of the workload cannot encode the command acc")
                .hasMessageContaining("too long")
                .hasMessageContaining(REPLAY_LINE);
    }

    // ---- what does not come again

    @Test
    void aFailureThatDoesNotComeAgainIsSaidToBeOne() {
        AtomicInteger applied = new AtomicInteger(); // stands for a static field
        assertThat(report(accounts(() -> new Accounts() {
                    @Override
                    public String apply(String command, ApplyContext context) {
                        if (applied.incrementAndGet() == 100) {
                            money.put("charity", 1);
                        }
                        return super.apply(command, context);
                    }
                })))
                .contains("breaks SameStateEverywhere", NOT_AGAIN, "static fields");
    }

    // ---- what a test says

    @Test
    void aTimeInWhichNothingCanRunIsRefused() {
        for (Duration none : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> accounts(Accounts::new).within(none))
                    .withMessageContaining("no seed can be run");
        }
        assertThat(accounts(Accounts::new).within(Duration.ofNanos(1)).run().seeds())
                .isEqualTo(1);
    }

    @Test
    void twoInvariantsOfOneNameAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> accounts(Accounts::new).invariant("x", s -> true).invariant("x", s -> false))
                .withMessageContaining("two invariants are called 'x'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> accounts(Accounts::new).atEnd("x", s -> true).atEnd("x", s -> false))
                .withMessageContaining("two invariants are called 'x'");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        accounts(Accounts::new).model(new Accounts.Balance()).model(new Accounts.Balance()))
                .withMessageContaining("a model already");
    }

    private static void refuses(String words, Runnable what) {
        assertThatNullPointerException().isThrownBy(what::run).withMessageContaining(words);
    }

    @Test
    @SuppressWarnings("NullAway") // that is what it is about
    void whatIsMissingIsNamed() {
        refuses("no supplier of state machines", () -> ReplicaSimulation.of(null, Accounts.Payments::new));
        refuses("no supplier of workloads", () -> ReplicaSimulation.of(Accounts::new, null));
        refuses("of state machines has given null", () -> accounts(() -> null));
        refuses("of workloads has given null", () -> ReplicaSimulation.of(Accounts::new, () -> null));
        refuses(
                "Test$",
                () -> ReplicaSimulation.of(Accounts::new, () -> new Accounts.Payments() {
                    @Override
                    public Codec<String> codec() {
                        return null;
                    }
                }));
        refuses("the time within", () -> accounts(Accounts::new).within(null));
        refuses("the seed to be run again", () -> accounts(Accounts::new).replay(null));
        refuses("the model is null", () -> accounts(Accounts::new).model((Model<Integer, String, String>) null));
        refuses("which part", () -> accounts(Accounts::new).model(new Accounts.Balance(), null));
        refuses("needs a name", () -> accounts(Accounts::new).invariant(null, state -> true));
        refuses("'x' is null", () -> accounts(Accounts::new).invariant("x", null));
        refuses("'x' is null", () -> accounts(Accounts::new).atEnd("x", null));
    }

    @Test
    @SuppressWarnings("NullAway") // that is what it is about
    void aWorkloadWithoutACommandIsNamed() {
        AssertionError failure = catchThrowableOfType(
                AssertionError.class,
                () -> ReplicaSimulation.of(Accounts::new, () -> new Accounts.Payments() {
                            @Override
                            public String command(Random random) {
                                return null;
                            }
                        })
                        .run());
        assertThat(failure).hasMessageContaining("command() of the workload ").hasMessageContaining(" has given null");
    }
}
