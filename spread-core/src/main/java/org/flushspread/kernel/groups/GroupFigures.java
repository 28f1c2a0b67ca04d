package org.flushspread.kernel.groups;

import java.util.List;
import org.flushspread.wire.Name;

/**
 * One group at one moment.
 *
 * @param size how many members it has
 * @param members the first of them, in member order
 */
public record GroupFigures(Name name, int size, List<Name> members) {}
