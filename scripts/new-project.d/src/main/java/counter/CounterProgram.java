package counter;

import static org.flushspread.flush.replica.Quorum.majorityOf;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.ExecutionException;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.Codec;
import org.flushspread.flush.ReplicatedStateMachine;

/** A member of the counter: each line of its input is a number to add. */
public final class CounterProgram {
    private CounterProgram() {}

    public static ReplicatedStateMachine<Counter, Long, Long> join(String daemon) {
        return ReplicatedStateMachine.join(
                daemon, "counter", new Counter(), Codec.longs(), options -> options.primary(majorityOf(3)));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String daemon = arguments.length > 0 ? arguments[0] : "4803@localhost";
        try (var counter = join(daemon);
                var input = new BufferedReader(new InputStreamReader(System.in))) {
            counter.onRoleChange(role -> System.out.println("this member is " + role));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                try {
                    System.out.println("the counter is " + counter.submit(Long.parseLong(line.strip())).get());
                } catch (NumberFormatException e) {
                    System.out.println("'" + line + "' is not a number");
                } catch (ExecutionException e) {
                    System.out.println(e.getCause().getMessage());
                }
            }
        } catch (SpreadException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
