package org.flushspread.examples.redis;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.flushspread.examples.redis.Command.Kind;
import org.flushspread.examples.redis.Request.Refused;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A client. What it asks for is answered in order: requests that came one behind the other go to the member together, and while they are on
 * their way, what comes waits. So who sends many at once makes large batches, and none overtakes another.
 */
@SuppressWarnings("FutureReturnValueIgnored") // who is to know has a callback
final class Connection extends ChannelInboundHandlerAdapter {
    static final List<Command> COMMANDS = List.of(
            Command.local("auth", -2, null),
            Command.local("client", -2, null),
            Command.local("command", -1, null),
            Command.local("config", -2, null),
            Command.local("discard", 1, null),
            Command.local("exec", 1, null),
            Command.local("hello", -1, null),
            Command.local("info", -1, null),
            Command.local("multi", 1, null),
            Command.local("psubscribe", -2, null),
            Command.local("punsubscribe", -1, null),
            Command.local("quit", -1, null),
            Command.local("subscribe", -2, null),
            Command.local("unsubscribe", -1, null),
            Command.local("unwatch", 1, null),
            Command.local("watch", -2, null));

    private static final Set<String> FOR_SUBSCRIBERS =
            Set.of("subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ping", "quit");

    /** Requests that wait before no more is read; of what was read before, some may come on top. */
    private static final int MOST_WAITING = 1_000;

    private static final int MOST_WAITING_BYTES = 256 * 1024;

    private static final int MOST_SUBSCRIPTIONS = 1_000;
    /** Bytes that a subscriber does not read before it is closed. */
    private static final long SLOWEST = 8 << 20;

    private final Channel channel;
    private final RedisService service;
    private final Administration administration;
    /** Requests, and behind them perhaps a {@link RequestAssembler.Malformed}. */
    private final Deque<Object> waiting = new ArrayDeque<>();

    private final Map<Key, Long> watched = new TreeMap<>();
    private final Set<Key> channels = new LinkedHashSet<>();
    private final Set<Key> patterns = new LinkedHashSet<>();
    /** From MULTI to EXEC. */
    private @Nullable List<Request> transaction;

    private String malformed = "";
    private long waitingBytes;
    private boolean isBroken;
    private boolean isCounted;
    private boolean isBusy;
    private boolean isEnded;

    Connection(Channel channel, RedisService service) {
        this.channel = channel;
        this.service = service;
        this.administration = new Administration(service, service.counters.connections + 1);
    }

    // ---- one behind the other

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        service.counters.connections++;
        isCounted = service.counters.connected < service.options.clients();
        if (isCounted) {
            service.counters.connected++;
        } else {
            service.counters.rejected++;
            end(Resp.error("ERR max number of clients reached"));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        isEnded = true;
        waiting.clear();
        channels.forEach(each -> service.subscriptions.remove(each, false, this));
        patterns.forEach(each -> service.subscriptions.remove(each, true, this));
        service.counters.connected -= isCounted ? 1 : 0;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) { // the client has gone without a word
            LoggerFactory.getLogger(Connection.class).error("a connection of a client of Redis is closed", cause);
        }
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object next) {
        waiting.add(next);
        waitingBytes += next instanceof Request request ? request.cost() : 0;
        if (next instanceof RequestAssembler.Malformed last) {
            malformed = last.why();
            advance();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        advance();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        advance();
    }

    private void advance() {
        while (!isBusy && !isEnded && channel.isWritable() && !waiting.isEmpty()) {
            if (isForMember(waiting.peek())) {
                askMember();
            } else if (takeNext() instanceof Request request) {
                service.counters.commands++;
                answer(request);
            } else {
                service.counters.malformed++;
                end(Resp.error("ERR Protocol error: " + malformed));
            }
        }
        channel.flush();
        channel.config().setAutoRead(!isEnded && waiting.size() < MOST_WAITING && waitingBytes < MOST_WAITING_BYTES);
    }

    private Object takeNext() {
        Object next = waiting.remove();
        waitingBytes -= next instanceof Request request ? request.cost() : 0;
        return next;
    }

    private void reply(byte[] reply) {
        channel.write(Unpooled.wrappedBuffer(reply));
    }

    /** The last reply. */
    private void end(byte[] reply) {
        isEnded = true;
        channel.writeAndFlush(Unpooled.wrappedBuffer(reply)).addListener(ChannelFutureListener.CLOSE);
    }

    // ---- commands on keys

    private boolean isForMember(@Nullable Object next) {
        try {
            return transaction == null
                    && next instanceof Request request
                    && check(request).body() != null
                    && check(request).kind() != Kind.LOCAL;
        } catch (Refused e) {
            return false;
        }
    }

    /** Asks for all that can be done together. Reads alone do not get into the log. */
    private void askMember() {
        List<Request> run = new ArrayList<>();
        boolean writes = false;
        boolean scans = false;
        int bytes = 0;
        while (isForMember(waiting.peek()) && waiting.peek() instanceof Request next) {
            boolean isWrite = next.check().isWrite();
            boolean isScan = next.check().kind() == Kind.SCAN;
            bytes += next.cost();
            if (!run.isEmpty() && (bytes > Batch.LARGEST || isWrite && scans || isScan && writes)) {
                break;
            }
            writes |= isWrite;
            scans |= isScan;
            run.add(next);
            takeNext();
        }
        service.counters.commands += run.size();
        if (writes) {
            Batch batch = new Batch(run.stream().map(Batch.Step::of).toList());
            await(service.member.write(batch), true, run.size(), replies -> {
                for (int i = 0; i < run.size(); i++) {
                    Request request = run.get(i);
                    boolean isMessage = request.name.equals("publish");
                    reply(isMessage ? Resp.number(service.subscriptions.receivers(request.key(1))) : replies.get(i));
                }
            });
        } else {
            await(service.member.read(), false, run.size(), keyspace -> {
                Turn turn = Turn.reading(keyspace);
                run.forEach(each -> reply(turn.run(each)));
            });
        }
    }

    /** Goes on when there is an answer to so many requests. */
    private <T> void await(CompletableFuture<T> answer, boolean isWrite, int requests, Consumer<T> then) {
        isBusy = true;
        answer.whenCompleteAsync(
                (result, error) -> {
                    isBusy = false;
                    try {
                        if (error == null) {
                            then.accept(result);
                        } else {
                            failed(error, isWrite, requests);
                        }
                        advance();
                    } catch (RuntimeException e) {
                        channel.pipeline().fireExceptionCaught(e);
                    }
                },
                channel.eventLoop());
    }

    private void failed(Throwable error, boolean isWrite, int requests) {
        if (isWrite && Member.isUnknown(error)) {
            // What comes later could be overtaken by it, so nothing does. Clients know what a lost connection means.
            service.counters.unknown++;
            end(Resp.error("ERR the members parted while the command was on its way: it may have taken effect"));
            return;
        }
        service.counters.refused++;
        for (int i = 0; i < requests; i++) {
            reply(Resp.error(service.member.explanation(error)));
        }
    }

    // ---- all others

    /** Looks whether a request may be done here and now. */
    private Command check(Request request) {
        Command command = request.check();
        boolean isSubscriber = !channels.isEmpty() || !patterns.isEmpty();
        if (isSubscriber && !FOR_SUBSCRIBERS.contains(request.name)) {
            throw new Refused("ERR Can't execute '" + request.name + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING"
                    + " / QUIT / RESET are allowed in this context");
        }
        if (command.kind() == Kind.GROW && service.isFull()) {
            throw new Refused("OOM command not allowed when used memory > 'maxmemory'.");
        }
        return command;
    }

    private void answer(Request request) {
        try {
            Command.Body body = check(request).body();
            List<Request> queue = transaction;
            if (queue != null && body != null) {
                queue.add(request);
                if (new Batch.Step(true, watched, queue).cost() > Batch.LARGEST) {
                    throw new Refused("ERR a transaction has " + Batch.LARGEST + " bytes at the most");
                }
                reply(Resp.simple("QUEUED"));
            } else if (body != null) {
                byte[] reply = Turn.reading(Keyspace.EMPTY).run(request);
                reply(channels.isEmpty() && patterns.isEmpty() ? reply : pong(request));
            } else {
                aboutTheConnection(request);
            }
        } catch (Refused e) {
            isBroken = true;
            reply(Resp.error(e.getMessage()));
        }
    }

    private static byte[] pong(Request ping) {
        return Resp.array(Resp.bulk("pong"), Resp.bulk(ping.size() > 1 ? ping.bytes(1) : new byte[0]));
    }

    private void aboutTheConnection(Request request) {
        switch (request.name) {
            case "multi" -> {
                if (transaction != null) {
                    reply(Resp.error("ERR MULTI calls can not be nested"));
                } else {
                    transaction = new ArrayList<>();
                    isBroken = false;
                    reply(Resp.OK);
                }
            }
            case "exec", "discard" -> endOfTransaction(request);
            case "watch" -> watch(request);
            case "unwatch" -> {
                watched.clear();
                reply(Resp.OK);
            }
            case "subscribe", "psubscribe" ->
                subscribe(request, request.name.equals("subscribe") ? channels : patterns);
            case "unsubscribe", "punsubscribe" ->
                unsubscribe(request, request.name.equals("unsubscribe") ? channels : patterns);
            case "quit" -> end(Resp.OK);
            default -> {
                if (transaction != null) {
                    throw new Refused("ERR Command not allowed inside a transaction");
                }
                reply(administration.answer(request));
            }
        }
    }

    /** What was watched is compared in the log, where the commands are done. */
    private void endOfTransaction(Request request) {
        List<Request> queue = transaction;
        Batch.Step step = new Batch.Step(true, new TreeMap<>(watched), queue == null ? List.of() : queue);
        if (queue == null) {
            reply(Resp.error("ERR " + request.option(0) + " without MULTI"));
            return;
        }
        transaction = null;
        watched.clear();
        if (request.name.equals("discard")) {
            reply(Resp.OK);
        } else if (isBroken) {
            reply(Resp.error("EXECABORT Transaction discarded because of previous errors."));
        } else {
            await(service.member.write(new Batch(List.of(step))), true, 1, replies -> reply(replies.get(0)));
        }
    }

    private void watch(Request request) {
        if (transaction != null) {
            reply(Resp.error("ERR WATCH inside MULTI is not allowed"));
            return;
        }
        await(service.member.read(), false, 1, keyspace -> {
            request.keys(1).forEach(key -> watched.putIfAbsent(key, keyspace.version(key)));
            reply(Resp.OK);
        });
    }

    private void subscribe(Request request, Set<Key> to) {
        for (Key each : request.keys(1)) {
            if (channels.size() + patterns.size() >= MOST_SUBSCRIPTIONS) {
                throw new Refused("ERR a connection has " + MOST_SUBSCRIPTIONS + " subscriptions at the most");
            }
            to.add(each);
            service.subscriptions.add(each, to == patterns, this);
            replySubscribed(request, each.bytes());
        }
    }

    private void unsubscribe(Request request, Set<Key> from) {
        List<Key> names = request.size() > 1 ? request.keys(1) : List.copyOf(from);
        for (Key each : names) {
            from.remove(each);
            service.subscriptions.remove(each, from == patterns, this);
            replySubscribed(request, each.bytes());
        }
        if (names.isEmpty()) {
            replySubscribed(request, null);
        }
    }

    private void replySubscribed(Request request, byte @Nullable [] name) {
        reply(Resp.array(Resp.bulk(request.name), Resp.bulk(name), Resp.number(channels.size() + patterns.size())));
    }

    /** A message for this subscriber, who is closed if too much waits for it. */
    void hear(byte[] message) {
        if (isEnded) {
            return;
        }
        channel.writeAndFlush(Unpooled.wrappedBuffer(message));
        if (channel.bytesBeforeWritable() > SLOWEST) {
            isEnded = true;
            service.counters.slow++;
            channel.eventLoop().execute(channel::close); // not while the subscriptions are gone through
        }
    }
}
