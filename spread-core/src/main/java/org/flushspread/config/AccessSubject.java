package org.flushspread.config;

import java.util.Optional;
import org.flushspread.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for something, as the access file knows him (security 4.1). Names are bytes, shown as ISO-8859-1, those of users in UTF-8.
 *
 * @param user who has proved to be this one by a password or a certificate; empty if nobody was asked for a proof
 * @param name the private name, without the daemon's
 * @param from the address, null for a unix domain socket and for a client in the daemon's own process
 */
public record AccessSubject(
        Optional<String> user, String name, @Nullable IpAddress from) {
    /** Who asks the admin endpoint: nothing but the way is known. */
    public static AccessSubject ofAdmin(@Nullable IpAddress from) {
        return new AccessSubject(Optional.empty(), "", from);
    }
}
