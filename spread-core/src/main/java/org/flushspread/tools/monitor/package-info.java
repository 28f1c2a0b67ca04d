/**
 * The program {@code spmonitor}: what a person or a script asks a ring (operations 6). Without a command it is the menu of
 * the C program.
 *
 * <p>Three sources, and who uses which: {@link org.flushspread.tools.monitor.MonitorPort} asks any daemon, C or ours, by monitor packets;
 * {@link org.flushspread.tools.admin.AdminClient} asks a daemon of ours on this host over its admin socket for what those packets cannot
 * say; {@code ping} is a client like any other. Commands collect rows into an {@link org.flushspread.tools.monitor.Table}, which prints them
 * for people or as JSON.
 *
 * <p>The doctor (operations 7): {@link org.flushspread.tools.monitor.Gathering} collects facts of the file, the host and the network; each
 * {@link org.flushspread.tools.monitor.Check} is a pure judgement over those facts about one cause, so it is tested without a network. What
 * no check can explain is said as that.
 */
@NullMarked
package org.flushspread.tools.monitor;

import org.jspecify.annotations.NullMarked;
