/**
 * Process groups (groups-protocol): which sessions of which daemons are members of which group, the state exchange after a daemon
 * membership change, and the membership messages for local clients.
 */
@NullMarked
package org.flushspread.kernel.groups;

import org.jspecify.annotations.NullMarked;
