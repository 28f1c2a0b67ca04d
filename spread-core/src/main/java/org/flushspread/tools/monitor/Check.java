package org.flushspread.tools.monitor;

import java.util.List;

/** A judgement about one cause: no clock, file or network, only facts. */
interface Check {
    /** What is wrong; nothing on a healthy ring. */
    List<Finding> judge(Facts facts);
}
