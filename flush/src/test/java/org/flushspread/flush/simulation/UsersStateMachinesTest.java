package org.flushspread.flush.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flushspread.flush.ApplyContext;
import org.flushspread.flush.Codec;
import org.flushspread.flush.Snapshotter;
import org.flushspread.flush.replica.SimulatedReplicas;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A state machine that is right passes; each way to be wrong is found, named, and found again by the line that the failure prints. */
@Tag("hunt")
@Timeout(180)
class UsersStateMachinesTest {
    private static final int SEEDS = Integer.getInteger("users.seeds", 100);

    private static ReplicaSimulation<Accounts, String, String> accounts(Supplier<Accounts> machine) {
        return ReplicaSimulation.of(machine, Accounts.Payments::new).seeds(SEEDS);
    }

    private static AssertionError failure(ReplicaSimulation<?, ?, ?> of) {
        AssertionError failure = catchThrowableOfType(AssertionError.class, of::run);
        assertThat(failure).as("the fault is found within %d seeds", SEEDS).isNotNull();
        if (Boolean.getBoolean("users.show")) {
            System.out.println(failure.getMessage());
        }
        return failure;
    }

    private static void breaks(String rule, Supplier<Accounts> machine) {
        assertThat(failure(accounts(machine))).hasMessageContaining("breaks " + rule);
    }

    @Test
    void aStateMachineThatIsRightPassesAllChecks() {
        ReplicaSimulation.Result result = accounts(Accounts::new)
                .ringsEvery(40)
                .model(new Accounts.Balance(), Accounts::account)
                .invariant("nobody owes", state -> state.money.values().stream().allMatch(each -> each >= 0))
                .atEnd(
                        "all say the same",
                        states -> states.stream()
                                        .map(each -> each.money)
                                        .distinct()
                                        .count()
                                <= 1)
                .run();
        System.out.println(result);
        assertThat(result.figures().completed()).isGreaterThan(10L * SEEDS);
        assertThat(result.figures().reads()).isGreaterThan(SEEDS);
        assertThat(result.figures().crashes()).isGreaterThan(SEEDS / 4);
    }

    @Test
    void aSeedIsTheSameEachTime() {
        ReplicaSimulation.Result once = accounts(Accounts::new).seeds(60).run();
        assertThat(accounts(Accounts::new).seeds(60).run().figures()).isEqualTo(once.figures());
    }

    @Test
    void lessGoesWrongWhereThatIsSaid() {
        SimulatedReplicas.Figures none = figures(Faults.NONE);
        SimulatedReplicas.Figures partitions = figures(Faults.PARTITIONS);
        // A place that is empty until the others are at work counts as one that died.
        assertThat(partitions.crashes()).isEqualTo(none.crashes());
        assertThat(partitions.views()).isGreaterThan(none.views());
        assertThat(figures(Faults.CRASHES).crashes()).isGreaterThan(none.crashes() + 30);
    }

    private static SimulatedReplicas.Figures figures(Faults faults) {
        return accounts(Accounts::new).faults(faults).seeds(30).run().figures();
    }

    // ---- not deterministic

    @Test
    void aClockIsFound() {
        breaks("SameResultEverywhere", () -> new Accounts() {
            @Override
            public String apply(String command, ApplyContext context) {
                return super.apply(command, context) + " at " + System.currentTimeMillis();
            }
        });
    }

    @Test
    void chanceIsFound() {
        Random random = new Random();
        breaks("SameStateEverywhere", () -> new Accounts() {
            @Override
            public String apply(String command, ApplyContext context) {
                String answer = super.apply(command, context);
                if (answer.endsWith("7")) {
                    money.put("charity", random.nextInt());
                }
                return answer;
            }
        });
    }

    @Test
    void agreedTimeTimersAndRandomNumbersPass() {
        accounts(() -> new Accounts() {
                    @Override
                    public String apply(String command, ApplyContext context) {
                        context.setTimer("interest of " + account(command), Duration.ofMillis(10));
                        money.put("lottery", context.random().nextInt());
                        return super.apply(command, context) + " at " + context.time();
                    }

                    @Override
                    public void onTimer(String name, ApplyContext context) {
                        money.merge("interest", 1, Integer::sum);
                    }
                })
                .run();
    }

    /** The order of a hash table depends on what was in it before: on how large it has grown. */
    @Test
    void theOrderOfAHashTableIsFound() {
        breaks("LoadReadsWhatSaveWrote", () -> new Accounts(new HashMap<>()) {
            @Override
            public String apply(String command, ApplyContext context) {
                if (context.index() % 7 == 0) {
                    for (int i = 0; i < 40; i++) {
                        money.put("guest" + i * 0x9E3779B9, 0);
                    }
                    for (int i = 6; i < 40; i++) {
                        money.remove("guest" + i * 0x9E3779B9);
                    }
                }
                return super.apply(command, context);
            }
        });
    }

    // ---- save and load

    @Test
    void whatIsNotSavedIsFound() {
        breaks("SameResultEverywhere", () -> new Accounts() {
            private int payments;

            @Override
            public String apply(String command, ApplyContext context) {
                return super.apply(command, context) + ", payment " + ++payments;
            }
        });
    }

    @Test
    void whatLoadLeavesBehindIsFound() {
        breaks("LoadReadsWhatSaveWrote", () -> new Accounts() {
            @Override
            public void load(DataInput in) throws IOException {
                super.load(in);
                money.remove("account3");
            }
        });
    }

    @Test
    void aSnapshotThatChangesIsFound() {
        breaks("FrozenStaysFrozen", () -> new Accounts() {
            @Override
            public Snapshotter snapshotter() {
                return () -> this::save; // the map that commands go on to change
            }
        });
    }

    @Test
    void aSnapshotOfACopyPasses() {
        accounts(() -> new Accounts() {
                    @Override
                    public Snapshotter snapshotter() {
                        return () -> {
                            Accounts copy = new Accounts(new TreeMap<>(money));
                            return (DataOutput out) -> copy.save(out);
                        };
                    }
                })
                .run();
    }

    /** A state in two parts, of accounts with even and odd numbers. */
    private static class AccountsInParts extends Accounts {
        final long[] changed = new long[2];

        int part(String account) {
            return account.charAt(account.length() - 1) % 2;
        }

        @Override
        public String apply(String command, ApplyContext context) {
            changed[part(account(command))] = context.index();
            return super.apply(command, context);
        }

        @Override
        public void load(DataInput in) throws IOException {
            money.clear();
            changed[0] = 0;
            changed[1] = 0;
            for (int part = 0; part < 2; part++) {
                for (int i = in.readInt(); i > 0; i--) {
                    money.put(in.readUTF(), in.readInt());
                }
            }
        }

        @Override
        public void save(DataOutput out) throws IOException {
            snapshotter().freeze().write(out);
        }

        @Override
        public Snapshotter snapshotter() {
            return () -> {
                Map<String, Integer> copy = new TreeMap<>(money);
                long[] changes = changed.clone();
                return new Snapshotter.InParts() {
                    @Override
                    public int parts() {
                        return 2;
                    }

                    @Override
                    public long changed(int part) {
                        return changes[part];
                    }

                    @Override
                    public void write(int part, DataOutput out) throws IOException {
                        Map<String, Integer> own = new TreeMap<>(copy);
                        own.keySet().removeIf(each -> part(each) != part);
                        new Accounts(own).save(out);
                    }
                };
            };
        }
    }

    @Test
    void aStateInPartsPasses() {
        accounts(AccountsInParts::new).run();
    }

    @Test
    void aPartThatHasChangedAndDoesNotSaySoIsFound() {
        breaks("ChangedPartsAreNamed", () -> new AccountsInParts() {
            @Override
            int part(String account) {
                return account.equals("account3") ? 0 : super.part(account);
            }

            @Override
            public String apply(String command, ApplyContext context) {
                String answer = super.apply(command, context);
                if (account(command).equals("account2") && money.containsKey("account1")) {
                    money.merge("account1", 1, Integer::sum); // and does not say so
                }
                return answer;
            }
        });
    }

    // ---- what commands mean

    @Test
    void whatTheModelForbidsIsFound() {
        AssertionError failure = failure(accounts(() -> new Accounts() {
                    @Override
                    public String apply(String command, ApplyContext context) {
                        if (amount(command) == 6 && money.size() > 2) {
                            return String.valueOf(money.getOrDefault(account(command), 0) + 6); // and forgets it
                        }
                        return super.apply(command, context);
                    }
                })
                .model(new Accounts.Balance(), Accounts::account));
        assertThat(failure)
                .hasMessageContaining("breaks LinearizableByTheModel")
                .hasMessageContaining(" to ");
    }

    @Test
    void anInvariantThatDoesNotHoldIsFound() {
        AssertionError failure = failure(accounts(Accounts::new)
                .invariant(
                        "nobody is rich", state -> state.money.values().stream().allMatch(each -> each < 20)));
        assertThat(failure)
                .hasMessageContaining("Invariant 'nobody is rich'")
                .hasMessageContaining("entries of the log");
    }

    @Test
    void whatIsWrongOnSimulatedRingsIsNamedLikewise() {
        AssertionError failure = failure(accounts(Accounts::new)
                .seeds(5)
                .ringsEvery(1)
                .invariant(
                        "nobody is rich", state -> state.money.values().stream().allMatch(each -> each < 40)));
        assertThat(failure).hasMessageContaining("breaks Invariant 'nobody is rich'");
    }

    @Test
    void anInvariantOverAllMembersThatDoesNotHoldIsFound() {
        assertThat(failure(accounts(Accounts::new).atEnd("none is empty", states -> states.size() < 2)))
                .hasMessageContaining("Invariant 'none is empty'");
    }

    @Test
    void aQuestionThatChangesTheStateIsFound() {
        AssertionError failure = failure(accounts(() -> new Accounts() {
            @Override
            public String query(String account) {
                money.merge("questions", 1, Integer::sum);
                return super.query(account);
            }
        }));
        assertThat(failure).hasMessageContaining("SameStateEverywhere");
    }

    @Test
    void anAnswerThatASessionWouldNotGiveAgainIsFound() {
        breaks("AnswersAreKept", () -> new Accounts() {
            @Override
            public Codec<String> answers() {
                return Codec.of(
                        answer -> answer.substring(0, Math.min(answer.length(), 1))
                                .getBytes(StandardCharsets.UTF_8),
                        (ByteBuffer bytes) ->
                                StandardCharsets.UTF_8.decode(bytes).toString());
            }
        });
    }

    @Test
    void anErrorOfACommandIsFound() {
        AssertionError failure = failure(accounts(() -> new Accounts() {
            @Override
            public String apply(String command, ApplyContext context) {
                if (amount(command) == 7 && money.size() > 1) {
                    throw new StackOverflowError("seven");
                }
                return super.apply(command, context);
            }
        }));
        assertThat(failure).hasMessageContaining("breaks ApplyThrowsNoError").hasMessageContaining("seven");
    }

    /** A state machine without sessions has the commands alone. */
    @Test
    void aStateMachineWithoutAnswersPasses() {
        accounts(() -> new Accounts() {
                    @Override
                    public @Nullable Codec<String> answers() {
                        return null;
                    }
                })
                .run();
    }

    // ---- the report

    @Test
    void aFailureIsShortAndIsFoundAgainByTheLineThatItPrints() {
        Supplier<Accounts> forgetful = () -> new Accounts() {
            private int last;

            @Override
            public String apply(String command, ApplyContext context) {
                int before = last;
                last = amount(command);
                return super.apply(command, context) + (before == 5 ? " after five" : "");
            }
        };
        AssertionError failure = failure(accounts(forgetful));
        assertThat(failure)
                .hasMessageContaining("Without any group, 2 entries of the log")
                .hasMessageContaining("What came last");
        Matcher line =
                Pattern.compile("-D" + ReplicaSimulation.REPLAY + "=([0-9/]+)").matcher(failure.getMessage());
        assertThat(line.find()).isTrue();
        AssertionError again = failure(accounts(forgetful).replay(line.group(1)));
        assertThat(again).hasMessage(failure.getMessage());
        assertThatThrownBy(() -> accounts(forgetful).replay("17/0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("17/0");
    }
}
