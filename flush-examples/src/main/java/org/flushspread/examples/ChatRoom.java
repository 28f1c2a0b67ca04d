package org.flushspread.examples;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.flushspread.client.Service;
import org.flushspread.client.SpreadException;
import org.flushspread.flush.DataMessage;
import org.flushspread.flush.FlushDelayed;
import org.flushspread.flush.FlushGroup;
import org.flushspread.flush.FlushListener;
import org.flushspread.flush.FlushRequest;
import org.flushspread.flush.IllegalStateFlushException;
import org.flushspread.flush.View;
import org.jspecify.annotations.Nullable;

/** One member of a chat: shows each event of the group in a line, and sends what its person says. */
final class ChatRoom implements FlushListener {
    private final Console console;
    private final FlushGroup group;
    private final List<Runnable> held = new ArrayList<>();
    private boolean manual;
    private @Nullable FlushRequest waiting;
    private volatile boolean quitting;
    private volatile boolean broken;

    ChatRoom(Console console, FlushGroup group) {
        this.console = console;
        this.group = group;
    }

    /** Starts listening and waits until this member is in. */
    void open(Duration patience) {
        group.listen(this);
        group.awaitView(1, patience);
    }

    // ---- what the person does

    synchronized void say(String text) {
        send(() -> group.multicast(Service.AGREED, text));
    }

    /** To some members of the view: only they get it, in the order of everything else. */
    synchronized void sayTo(List<String> names, String text) {
        send(() -> {
            List<String> members = new ArrayList<>();
            for (String name : names) {
                List<String> found = membersCalled(name);
                if (found.size() != 1) {
                    show(
                            found.isEmpty()
                                    ? "nobody in the view is called '" + name + "'"
                                    : "which '" + name + "'? " + String.join(" ", found));
                    return;
                }
                members.add(found.get(0));
            }
            if (!members.contains(group.connection().privateGroup())) {
                members.add(group.connection().privateGroup()); // so that I see where it stands in the order
            }
            group.subgroupcast(Service.AGREED, members, text.getBytes(StandardCharsets.UTF_8));
        });
    }

    /** Between the flush and the next view nothing can be sent: it waits for the view. */
    private void send(Runnable message) {
        try {
            message.run();
        } catch (IllegalStateFlushException e) {
            held.add(message);
            show("the members are changing; this goes out in the next view");
        } catch (SpreadException e) {
            show(e.getMessage());
        }
    }

    synchronized void manual(boolean wanted) {
        manual = wanted;
        show(wanted ? "flush requests wait for your /flush from now on" : "flush requests are answered at once");
        if (!wanted && waiting != null) {
            flush();
        }
    }

    synchronized void flush() {
        FlushRequest request = waiting;
        waiting = null;
        if (request == null) {
            show("nothing to flush");
        } else {
            request.flush();
            show("flushed: you can send again in the next view");
        }
    }

    void showMembers() {
        View view = group.view();
        show(view == null ? "no view yet" : "in the view: " + names(view.members()));
    }

    /** Leaves; the others see that from a crash. */
    void quit() {
        quitting = true;
        try {
            group.leave();
        } catch (SpreadException e) {
            // The connection has ended, which is as good.
        }
    }

    /** True if the connection ended and nobody wanted it to. */
    boolean isBroken() {
        return broken;
    }

    // ---- what happens in the group

    @Override
    public synchronized void onView(View view) {
        waiting = null;
        show("view of " + view.members().size() + ": " + names(view.members()) + why(view));
        List<Runnable> now = List.copyOf(held);
        held.clear();
        now.forEach(this::send);
    }

    @Override
    public void onMessage(DataMessage message) {
        String to = message.isSubgroup() ? " to " + names(message.receivers()) : "";
        console.println("<" + shortName(message.sender()) + to + "> " + message.text());
    }

    @Override
    public synchronized void onFlushRequest(FlushRequest request) {
        if (manual) {
            request.defer();
            waiting = request;
            show("flush request: the members are to change. You can still send in this view; /flush when done");
        } else {
            show("flush request: answered");
        }
    }

    @Override
    public void onTransition() {
        show("transition: somebody of this view is gone or out of reach");
    }

    @Override
    public void onFlushDelayed(FlushDelayed late) {
        show("the change has waited " + late.age().toSeconds() + " s for " + names(late.missing()));
    }

    @Override
    public void onClosed(SpreadException why) {
        if (!quitting) {
            broken = true;
            show("the connection has ended: " + why.getMessage());
            console.close();
        }
    }

    // ---- how it is shown

    private String why(View view) {
        String who = view.changedMember() == null ? "" : shortName(view.changedMember());
        return switch (view.cause()) {
            case JOIN -> who.equals(shortName(view.me())) ? "; you are in" : "; " + who + " joined";
            case LEAVE -> "; " + who + " left";
            case DISCONNECT -> "; " + who + " is gone (it crashed, or was killed)";
            case NETWORK ->
                "; network"
                        + (view.left().isEmpty() ? "" : ", lost " + names(view.left()))
                        + (view.joined().isEmpty() ? "" : ", merged with " + names(view.joined()));
        };
    }

    private List<String> membersCalled(String name) {
        View view = group.view();
        return view == null
                ? List.of()
                : view.members().stream()
                        .filter(each -> each.equals(name) || shortName(each).equals(name))
                        .toList();
    }

    private String names(List<String> members) {
        String me = group.connection().privateGroup();
        return members.stream()
                .map(each -> each.equals(me) ? shortName(each) + " (you)" : shortName(each))
                .collect(Collectors.joining(" "));
    }

    /** {@code #alice#node1} is alice. */
    private static String shortName(String privateGroup) {
        return privateGroup.split("#", -1)[1];
    }

    private void show(@Nullable String text) {
        console.println("* " + text);
    }
}
