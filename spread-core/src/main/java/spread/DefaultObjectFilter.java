package spread;

import java.io.ObjectInputFilter;

/**
 * What serialized objects pass unless the program sets a filter of its own. Refuses what only an attacker sends: classes known to run code
 * while they are read, and streams that would take far more memory, stack or time than their length lets expect. Everything else passes,
 * as programs send classes of their own. One object filters one stream.
 */
final class DefaultObjectFilter implements ObjectInputFilter {
    private static final int MAX_DEPTH = 1000;

    /** Hashing a set of sets of sets takes time that doubles with each level. */
    private static final int MAX_NESTED_COLLECTIONS = 24;

    /** Tables of hash maps are larger than what they hold; and the smallest have a few slots in any case. */
    private static final int SLOTS_PER_BYTE = 8;

    private static final int SLOTS_AT_LEAST = 65_536;

    private static final ObjectInputFilter DANGEROUS = ObjectInputFilter.Config.createFilter(
            "!org.apache.commons.collections.functors.**;!org.apache.commons.collections4.functors.**;"
                    + "!org.apache.commons.collections.keyvalue.TiedMapEntry;"
                    + "!org.apache.commons.collections4.keyvalue.TiedMapEntry;"
                    + "!org.apache.commons.collections.map.LazyMap;!org.apache.commons.collections4.map.LazyMap;"
                    + "!org.apache.commons.collections4.comparators.TransformingComparator;"
                    + "!org.apache.commons.beanutils.**;!org.apache.commons.fileupload.**;!org.apache.commons.jelly.**;"
                    + "!org.apache.commons.configuration.**;!org.apache.wicket.util.upload.**;!org.apache.click.**;"
                    + "!org.apache.myfaces.**;!org.apache.xalan.**;!org.apache.bcel.**;!org.apache.el.**;"
                    + "!com.sun.org.apache.xalan.**;!com.sun.org.apache.bcel.**;!com.sun.rowset.**;!com.sun.jndi.**;"
                    + "!com.sun.syndication.**;!com.rometools.**;!com.mchange.v2.c3p0.**;!com.mchange.v2.naming.**;"
                    + "!com.vaadin.**;!com.zaxxer.hikari.**;!org.codehaus.groovy.runtime.**;!groovy.util.Expando;"
                    + "!org.springframework.beans.factory.**;!org.springframework.core.SerializableTypeWrapper**;"
                    + "!org.springframework.aop.**;!org.springframework.transaction.jta.**;"
                    + "!org.hibernate.**;!org.jboss.**;!org.python.**;!org.mozilla.javascript.**;!clojure.**;!bsh.**;"
                    + "!net.sf.json.**;!jdk.nashorn.**;!javax.el.**;!jakarta.el.**;!javax.script.**;"
                    + "!javax.management.**;!javax.naming.**;!javax.swing.**;!javax.imageio.**;!java.beans.**;"
                    + "!java.rmi.**;!sun.rmi.**;!sun.reflect.annotation.**;!java.lang.invoke.**;!java.lang.reflect.**;"
                    + "!java.lang.ProcessBuilder;!java.lang.Runtime;!java.net.URLClassLoader;!java.lang.ClassLoader;"
                    + "!java.security.SignedObject;!javax.crypto.SealedObject;!java.util.ServiceLoader**");

    private final long maxSlots;
    private final long[] collectionDepths = new long[MAX_NESTED_COLLECTIONS];
    private int collections;
    private long slots;

    /**
     * Makes the filter for one stream.
     *
     * @param length of the stream in bytes
     */
    DefaultObjectFilter(int length) {
        maxSlots = SLOTS_AT_LEAST + (long) length * SLOTS_PER_BYTE;
    }

    @Override
    public Status checkInput(FilterInfo info) {
        if (info.depth() > MAX_DEPTH || !hasRoomFor(info.arrayLength()) || isNestedTooDeep(info)) {
            return Status.REJECTED;
        }
        return DANGEROUS.checkInput(info);
    }

    private boolean hasRoomFor(long arrayLength) {
        slots += Math.max(0, arrayLength);
        return slots <= maxSlots;
    }

    /** Collections of the JDK announce their tables as arrays, each one of them; a class is announced only the first time. */
    private boolean isNestedTooDeep(FilterInfo info) {
        while (collections > 0 && collectionDepths[collections - 1] >= info.depth()) {
            collections--;
        }
        Class<?> type = info.serialClass();
        if (type == null || info.arrayLength() < 0 || type.getComponentType().isPrimitive()) {
            return false;
        }
        if (collections == MAX_NESTED_COLLECTIONS) {
            return true;
        }
        collectionDepths[collections++] = info.depth();
        return false;
    }
}
