package org.flushspread.course.wrong;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.flushspread.course.solution.Bank;

/** Banks as beginners build them. */
public final class WrongBanks {
    private WrongBanks() {}

    /** A command that comes again has its effect again. */
    public static final class AppliesTwice extends Bank {
        @Override
        public String apply(String command) {
            answers.clear();
            return super.apply(command);
        }
    }

    /** The answers are not part of what a new member gets. */
    public static final class ForgetsRequests extends Bank {
        @Override
        public void save(DataOutput out) throws IOException {
            out.writeInt(balances.size());
            for (String account : balances.keySet()) {
                out.writeUTF(account);
                out.writeLong(balance(account));
            }
        }

        @Override
        public void load(DataInput in) throws IOException {
            balances.clear();
            answers.clear();
            for (int i = in.readInt(); i > 0; i--) {
                String account = in.readUTF();
                balances.put(account, in.readLong());
            }
        }
    }

    /** A transfer that is refused pays all the same. */
    public static final class MakesMoney extends Bank {
        @Override
        protected String transfer(String from, String to, long amount) {
            String answer = super.transfer(from, to, amount);
            if (answer.equals("refused")) {
                balances.merge(to, amount, Long::sum);
            }
            return answer;
        }
    }

    /** A refusal is nothing to be remembered: who asks again may be luckier. */
    public static final class ForgetsRefusals extends Bank {
        @Override
        public String apply(String command) {
            String answer = super.apply(command);
            answers.values().remove("refused");
            return answer;
        }
    }

    /** The answer depends on the clock of the machine. */
    public static final class LooksAtTheClock extends Bank {
        @Override
        protected String transfer(String from, String to, long amount) {
            return super.transfer(from, to, amount) + " at " + System.nanoTime();
        }
    }
}
