import java.time.Duration;
import org.flushspread.client.*;

/** Run by scripts/check-jar with the daemon's port@host. */
class Hello {
    public static void main(String[] args) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try (SpreadConnection spread = SpreadConnection.connect(args[0], "hello")) {
                spread.join("room");
                spread.multicast(Service.SAFE, "room", "hello".getBytes());
                for (SpreadEvent event = spread.receive(Duration.ofSeconds(60)); event != null;
                        event = spread.receive(Duration.ofSeconds(60))) {
                    if (event instanceof DataMessage m && m.text().equals("hello")) {
                        System.out.println("said hello through the daemon of the one-file jar");
                        return;
                    }
                }
                throw new IllegalStateException("the message did not come back");
            } catch (SpreadException e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                // The daemon may not listen yet; tried again until the deadline above.
                Thread.sleep(100);
            }
        }
    }
}
