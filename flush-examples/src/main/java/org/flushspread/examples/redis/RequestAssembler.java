package org.flushspread.examples.redis;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.redis.ArrayHeaderRedisMessage;
import io.netty.handler.codec.redis.BulkStringHeaderRedisMessage;
import io.netty.handler.codec.redis.BulkStringRedisContent;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.InlineCommandRedisMessage;
import io.netty.handler.codec.redis.LastBulkStringRedisContent;
import io.netty.handler.codec.redis.RedisMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes requests of what Netty's decoder reads: arrays of bulk strings, and lines. Holds no more than the largest command. What is neither is
 * told once, in the words of Redis, and nothing is taken after it.
 */
final class RequestAssembler extends SimpleChannelInboundHandler<RedisMessage> {
    static final int LONGEST_LINE = 64 * 1024;
    private static final Splitter WORDS = Splitter.on(CharMatcher.whitespace()).omitEmptyStrings();

    private final ByteArrayOutputStream word = new ByteArrayOutputStream();
    private List<byte[]> words = new ArrayList<>();
    /** Words that are still to come; 0 between commands. */
    private long missing;

    private long bytes;
    private boolean isMalformed;

    /** The last thing that comes from a client. */
    record Malformed(String why) {}

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, RedisMessage part) {
        if (isMalformed) {
            return;
        }
        if (part instanceof BulkStringHeaderRedisMessage header) {
            begin(ctx, header.bulkStringLength());
        } else if (part instanceof FullBulkStringRedisMessage whole) { // one without bytes, or null
            if (begin(ctx, whole.isNull() ? Batch.LARGEST : 0)) {
                end(ctx, new byte[0]);
            }
        } else if (part instanceof BulkStringRedisContent content) {
            byte[] next = ByteBufUtil.getBytes(content.content());
            boolean isLast = content instanceof LastBulkStringRedisContent;
            if (isLast && word.size() == 0) {
                end(ctx, next);
            } else {
                word.writeBytes(next);
                if (isLast) {
                    end(ctx, word.toByteArray());
                    word.reset();
                }
            }
        } else if (missing > 0) {
            refuse(ctx, "expected '$'");
        } else if (part instanceof ArrayHeaderRedisMessage header) {
            missing = Math.max(0, header.length()); // an empty one is nothing
            bytes = Request.cost(header.length());
            if (bytes > Batch.LARGEST) {
                refuse(ctx, "invalid multibulk length");
            }
        } else if (part instanceof InlineCommandRedisMessage line) {
            for (String each : WORDS.split(line.content())) {
                words.add(each.getBytes(StandardCharsets.UTF_8));
            }
            if (!words.isEmpty()) {
                missing = 1;
                end(ctx, words.remove(words.size() - 1));
            }
        } else {
            refuse(ctx, "expected '*'");
        }
    }

    /** False if the word is refused. */
    private boolean begin(ChannelHandlerContext ctx, int length) {
        bytes += length;
        if (missing == 0) {
            refuse(ctx, "expected '*', got '$'");
        } else if (bytes > Batch.LARGEST) {
            refuse(ctx, "invalid bulk length");
        }
        return !isMalformed;
    }

    private void end(ChannelHandlerContext ctx, byte[] whole) {
        words.add(whole);
        if (--missing == 0) {
            Request request = new Request(words);
            words = new ArrayList<>();
            ctx.fireChannelRead(request);
        }
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
        isMalformed = true;
        words = new ArrayList<>();
        ctx.fireChannelRead(new Malformed(why));
    }

    /** The decoder has found what is no part of the protocol. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof DecoderException)) {
            ctx.fireExceptionCaught(cause);
        } else if (!isMalformed) {
            boolean isLine = String.valueOf(cause.getMessage()).contains("<= " + LONGEST_LINE);
            refuse(
                    ctx,
                    isLine
                            ? "too big inline request"
                            : missing > 0 ? "invalid bulk length" : "invalid multibulk length");
        }
    }
}
