package org.flushspread.course.solution;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Balances, and the answer to each request: whoever asks again gets that, and the state of a new member has both. */
public class Bank implements org.flushspread.course.api.Bank {
    protected final TreeMap<String, Long> balances = new TreeMap<>();
    protected final TreeMap<String, String> answers = new TreeMap<>();

    @Override
    public String apply(String command) {
        String[] words = command.split(" ");
        String before = answers.get(words[0]);
        if (before != null) {
            return before;
        }
        String answer = switch (words[1]) {
            case "deposit" -> deposit(words[2], Long.parseLong(words[3]));
            case "transfer" -> transfer(words[2], words[3], Long.parseLong(words[4]));
            case "balance" -> String.valueOf(balance(words[2]));
            default -> throw new IllegalArgumentException("no command is called " + words[1]);
        };
        answers.put(words[0], answer);
        return answer;
    }

    protected final long balance(String account) {
        return balances.getOrDefault(account, 0L);
    }

    private String deposit(String account, long amount) {
        balances.merge(account, amount, Long::sum);
        return String.valueOf(balance(account));
    }

    protected String transfer(String from, String to, long amount) {
        if (balance(from) < amount) {
            return "refused";
        }
        balances.merge(from, -amount, Long::sum);
        balances.merge(to, amount, Long::sum);
        return String.valueOf(balance(from));
    }

    @Override
    public void save(DataOutput out) throws IOException {
        out.writeInt(balances.size());
        for (Map.Entry<String, Long> each : balances.entrySet()) {
            out.writeUTF(each.getKey());
            out.writeLong(each.getValue());
        }
        out.writeInt(answers.size());
        for (Map.Entry<String, String> each : answers.entrySet()) {
            out.writeUTF(each.getKey());
            out.writeUTF(each.getValue());
        }
    }

    @Override
    public void load(DataInput in) throws IOException {
        balances.clear();
        for (int i = in.readInt(); i > 0; i--) {
            String account = in.readUTF();
            balances.put(account, in.readLong());
        }
        answers.clear();
        for (int i = in.readInt(); i > 0; i--) {
            String request = in.readUTF();
            answers.put(request, in.readUTF());
        }
    }

    @Override
    public String toString() {
        return "balances " + balances + ", answers " + answers;
    }
}
