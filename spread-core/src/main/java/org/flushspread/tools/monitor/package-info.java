/**
 * The program {@code spmonitor}: what a person or a script asks a ring (operations 3). Without a command it is the menu of
 * the C program.
 *
 * <p>Three sources, and who uses which: {@link org.flushspread.tools.monitor.MonitorPort} asks any daemon, C or ours, by monitor packets;
 * {@link org.flushspread.tools.monitor.AdminClient} asks a daemon of ours on this host over its admin socket for what those packets cannot
 * say; {@code ping} is a client like any other. Commands collect rows into an {@link org.flushspread.tools.monitor.Table}, which prints them
 * for people or as JSON. What is wrong with a ring is judged in {@code doctor}.
 */
@NullMarked
package org.flushspread.tools.monitor;

import org.jspecify.annotations.NullMarked;
