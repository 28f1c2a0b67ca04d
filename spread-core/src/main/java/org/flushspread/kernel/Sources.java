package org.flushspread.kernel;

import org.flushspread.config.Daemon;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Reason;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Holds the source of each packet of a ring of Spread 5 against the address of the daemon that it names (spread5 2.3 step 6). A daemon with
 * several addresses that sends from the wrong one is the commonest mistake there is: it is named once, with both addresses.
 */
final class Sources {
    private final Context context;
    private final boolean checked;
    private final IpAddress[] homes;
    /** By daemon, the wrong address that a person was last told of. */
    private final @Nullable IpAddress[] named;

    Sources(Context context) {
        this.context = context;
        checked = context.configuration().ring().checksSources();
        homes = context.configuration().daemons().stream()
                .map(each -> each.address().withoutScope())
                .toArray(IpAddress[]::new);
        named = new IpAddress[homes.length];
    }

    /** True in a ring of Spread 5. */
    boolean areChecked() {
        return checked;
    }

    /** True if this is the address of the daemon at {@code index}, or it does not matter. What is not known is not its address. */
    boolean isFrom(int index, @Nullable IpAddress source) {
        if (!checked || homes[index].equals(source)) {
            return true;
        }
        context.heard().wrongSource(index, source);
        if (source != null && source.equals(named[index])) {
            context.count(Reason.NOT_FROM_ITS_ADDRESS);
        } else if (context.refuse(Reason.NOT_FROM_ITS_ADDRESS, detail(index, source))) {
            named[index] = source;
        }
        return false;
    }

    private String detail(int index, @Nullable IpAddress source) {
        Daemon daemon = context.configuration().daemons().get(index);
        return "packets that name " + daemon.name() + " come from "
                + (source == null ? "an address that nobody looked at" : source) + ", and the file has "
                + daemon.address()
                + " for it. A daemon has to send from its address in the file: is that one up there, and does nothing"
                + " translate addresses on the way?";
    }
}
