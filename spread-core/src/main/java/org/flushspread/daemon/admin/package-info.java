/**
 * What a daemon tells people and programs that look after it: figures, health, its ring, its clients, its last protocol events.
 *
 * <p>One thread of its own ({@link org.flushspread.daemon.admin.AdminServer}) answers HTTP requests on a unix domain socket and, if
 * asked for, on a TCP port. It knows no object of the kernel: it asks an {@link org.flushspread.daemon.admin.AdminSource}, whose answer is
 * an immutable {@link org.flushspread.daemon.admin.AdminSnapshot} made on the kernel's thread, at most a few in a second whatever the number
 * of requests. Everything said is made from that. Only reading requests are served; nothing here changes a daemon.
 *
 * <p>What counts per packet is counted by the kernel in plain fields; what happens seldom ({@link
 * org.flushspread.daemon.admin.Observations}) is kept on the kernel's thread from the events that it reports.
 */
@NullMarked
package org.flushspread.daemon.admin;

import org.jspecify.annotations.NullMarked;
