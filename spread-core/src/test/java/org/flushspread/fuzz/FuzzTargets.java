package org.flushspread.fuzz;

import java.util.Map;
import java.util.function.Consumer;

/** The fuzz targets of a module, found as a service. */
public interface FuzzTargets {
    /** By name. A target throws if an input does what none may do. Called again and again in one JVM, by one thread. */
    Map<String, Consumer<byte[]>> targets();
}
