/**
 * Keys and certificates of TLS for both of its ends (security 3): how they are read from files, what is wrong with them in words for a
 * person, and whose a certificate is. Knows no socket, no daemon and no client; those have each their own way to drive an
 * {@link javax.net.ssl.SSLEngine}, one from an event loop, the other from whoever calls it.
 */
@NullMarked
package org.flushspread.tls;

import org.jspecify.annotations.NullMarked;
