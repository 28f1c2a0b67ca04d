package org.flushspread.fuzz;

import java.util.Map;
import java.util.function.Consumer;
import org.flushspread.client.ClientFuzz;
import org.flushspread.daemon.admin.HttpFuzz;
import org.flushspread.daemon.seal.SealFuzz;

/** The targets of this module. */
public final class CoreTargets implements FuzzTargets {
    @Override
    public Map<String, Consumer<byte[]>> targets() {
        return Map.ofEntries(
                Map.entry("datagrams", KernelFuzz::datagrams),
                Map.entry("datagramsOfSpread5", KernelFuzz::datagramsOfSpread5),
                Map.entry("clients", KernelFuzz::clients),
                Map.entry("handshake", DecoderFuzz::handshake),
                Map.entry("membershipPackets", DecoderFuzz::membershipPackets),
                Map.entry("bodies", DecoderFuzz::bodies),
                Map.entry("configuration", DecoderFuzz::configuration),
                Map.entry("fromDaemon", ClientFuzz::fromDaemon),
                Map.entry("answersToHandshake", ClientFuzz::answersToHandshake),
                Map.entry("envelope", SealFuzz::envelope),
                Map.entry("http", HttpFuzz::request));
    }
}
