package org.flushspread.flush.simulation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.flushspread.flush.ApplyContext;
import org.flushspread.flush.Codec;
import org.flushspread.flush.StateMachine;
import org.flushspread.flush.linearizability.Model;
import org.jspecify.annotations.Nullable;

/** Money in accounts: {@code "anna 5"} puts it in, {@code "anna -5"} takes it out if it is there. Right; tests break it by a subclass each. */
class Accounts implements StateMachine<String, String> {
    final Map<String, Integer> money;

    Accounts() {
        this(new TreeMap<>());
    }

    Accounts(Map<String, Integer> money) {
        this.money = money;
    }

    static String account(String command) {
        return command.split(" ")[0];
    }

    static int amount(String command) {
        return Integer.parseInt(command.split(" ")[1]);
    }

    @Override
    public String apply(String command, ApplyContext context) {
        int now = money.getOrDefault(account(command), 0) + amount(command);
        if (now < 0) {
            throw new IllegalArgumentException("there is not so much");
        }
        money.put(account(command), now);
        return String.valueOf(now);
    }

    @Override
    public String query(String account) {
        return String.valueOf(money.getOrDefault(account, 0));
    }

    @Override
    public @Nullable Codec<String> answers() {
        return Codec.strings();
    }

    @Override
    public void save(DataOutput out) throws IOException {
        out.writeInt(money.size());
        for (Map.Entry<String, Integer> each : money.entrySet()) {
            out.writeUTF(each.getKey());
            out.writeInt(each.getValue());
        }
    }

    @Override
    public void load(DataInput in) throws IOException {
        money.clear();
        for (int i = in.readInt(); i > 0; i--) {
            money.put(in.readUTF(), in.readInt());
        }
    }

    @Override
    public String toString() {
        return new LinkedHashMap<>(money).toString();
    }

    /** Payments to a few accounts, and looks at them. */
    static class Payments implements Workload<String> {
        @Override
        public Codec<String> codec() {
            return Codec.strings();
        }

        private static String account(Random random) {
            return "account" + random.nextInt(4);
        }

        @Override
        public String command(Random random) {
            return account(random) + " " + (random.nextInt(12) - 4);
        }

        @Override
        public String question(Random random) {
            return account(random);
        }
    }

    /** The balance of one account. */
    static final class Balance implements Model<Integer, String, String> {
        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public boolean onlyReads(String input) {
            return !input.contains(" ");
        }

        @Override
        public @Nullable Integer apply(Integer state, String input, @Nullable String output, boolean answered) {
            int now = onlyReads(input) ? state : state + amount(input);
            String right = now < 0 ? null : String.valueOf(now);
            if (answered && !Objects.equals(right, output)) {
                return null;
            }
            return now < 0 ? state : (Integer) now;
        }
    }
}
