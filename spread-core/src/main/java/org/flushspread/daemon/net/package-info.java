/** What daemons and monitors ask this machine about addresses. */
@NullMarked
package org.flushspread.daemon.net;

import org.jspecify.annotations.NullMarked;
