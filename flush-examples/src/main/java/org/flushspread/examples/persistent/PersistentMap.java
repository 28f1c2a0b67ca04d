package org.flushspread.examples.persistent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map that never changes: a change makes another map, which shares with this one all but the path to what was changed. So whoever
 * holds a map can read it for as long as that takes, in any thread, while others go on.
 *
 * <p>It is a search tree balanced by weight: no subtree has more than three times as many entries as the one beside it, whatever the keys
 * are and in whatever order they come. So all that looks for a key takes logarithmic time.
 *
 * @param <K> keys, which do not change
 * @param <V> values, which do not change
 */
public final class PersistentMap<K extends Comparable<? super K>, V> implements Iterable<PersistentMap.Entry<K, V>> {
    /** A key and its value. */
    public record Entry<K, V>(K key, V value) {}

    private record Node<K, V>(
            Entry<K, V> entry,
            int size,
            @Nullable Node<K, V> left,
            @Nullable Node<K, V> right) {}

    /** With 3 and 2 each change is balanced again by one rotation on each level (Hirai and Yamamoto, 2011). */
    private static final int HEAVIER = 3;

    private static final int DOUBLE = 2;

    private static final PersistentMap<?, ?> EMPTY = new PersistentMap<String, String>(null);

    private final @Nullable Node<K, V> root;

    private PersistentMap(@Nullable Node<K, V> root) {
        this.root = root;
    }

    /** A map with nothing in it. */
    @SuppressWarnings("unchecked") // it has no keys and no values
    public static <K extends Comparable<? super K>, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    /** How many keys there are. */
    public int size() {
        return size(root);
    }

    public boolean isEmpty() {
        return root == null;
    }

    /** The value of a key; null if there is none. */
    public @Nullable V get(K key) {
        Node<K, V> at = root;
        while (at != null) {
            int order = key.compareTo(at.entry.key);
            if (order == 0) {
                return at.entry.value;
            }
            at = order < 0 ? at.left : at.right;
        }
        return null;
    }

    /** What has the smallest key; null if the map is empty. */
    public @Nullable Entry<K, V> first() {
        return root == null ? null : first(root).entry;
    }

    /** All by rising keys. */
    @Override
    public Iterator<Entry<K, V>> iterator() {
        return iterator(null);
    }

    /** All from a key on, which need not be there, by rising keys. */
    public Iterable<Entry<K, V>> from(K key) {
        return () -> iterator(key);
    }

    private Iterator<Entry<K, V>> iterator(@Nullable K from) {
        Deque<Node<K, V>> path = new ArrayDeque<>();
        for (Node<K, V> at = root; at != null; ) {
            boolean before = from != null && at.entry.key.compareTo(from) < 0;
            if (!before) {
                path.push(at);
            }
            at = before ? at.right : at.left;
        }
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !path.isEmpty();
            }

            @Override
            public Entry<K, V> next() {
                if (path.isEmpty()) {
                    throw new NoSuchElementException();
                }
                Node<K, V> next = path.pop();
                for (Node<K, V> at = next.right; at != null; at = at.left) {
                    path.push(at);
                }
                return next.entry;
            }
        };
    }

    // ---- changes

    /** This map with another value of a key. */
    public PersistentMap<K, V> with(K key, V value) {
        return new PersistentMap<>(with(root, new Entry<>(key, value)));
    }

    private static <K extends Comparable<? super K>, V> Node<K, V> with(@Nullable Node<K, V> at, Entry<K, V> entry) {
        if (at == null) {
            return node(entry, null, null);
        }
        int order = entry.key.compareTo(at.entry.key);
        if (order == 0) {
            return node(entry, at.left, at.right);
        }
        return order < 0
                ? balanced(at.entry, with(at.left, entry), at.right)
                : balanced(at.entry, at.left, with(at.right, entry));
    }

    /** This map without a key. */
    public PersistentMap<K, V> without(K key) {
        return get(key) == null ? this : new PersistentMap<>(without(root, key));
    }

    private static <K extends Comparable<? super K>, V> @Nullable Node<K, V> without(@Nullable Node<K, V> at, K key) {
        if (at == null) {
            return null;
        }
        int order = key.compareTo(at.entry.key);
        if (order < 0) {
            return balanced(at.entry, without(at.left, key), at.right);
        }
        if (order > 0) {
            return balanced(at.entry, at.left, without(at.right, key));
        }
        if (at.left == null || at.right == null) {
            return at.left == null ? at.right : at.left;
        }
        Entry<K, V> next = first(at.right).entry;
        return balanced(next, at.left, without(at.right, next.key));
    }

    private static <K, V> Node<K, V> first(Node<K, V> at) {
        Node<K, V> first = at;
        while (first.left != null) {
            first = first.left;
        }
        return first;
    }

    /** A tree of two that were balanced against each other until one of them got or lost an entry. */
    private static <K, V> Node<K, V> balanced(
            Entry<K, V> entry, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        int l = size(left);
        int r = size(right);
        if (right != null && l + r > 1 && r > HEAVIER * l) {
            Node<K, V> inner = right.left;
            return inner == null || size(inner) < DOUBLE * size(right.right)
                    ? node(right.entry, node(entry, left, inner), right.right)
                    : node(inner.entry, node(entry, left, inner.left), node(right.entry, inner.right, right.right));
        }
        if (left != null && l + r > 1 && l > HEAVIER * r) {
            Node<K, V> inner = left.right;
            return inner == null || size(inner) < DOUBLE * size(left.left)
                    ? node(left.entry, left.left, node(entry, inner, right))
                    : node(inner.entry, node(left.entry, left.left, inner.left), node(entry, inner.right, right));
        }
        return node(entry, left, right);
    }

    private static int size(@Nullable Node<?, ?> at) {
        return at == null ? 0 : at.size;
    }

    private static <K, V> Node<K, V> node(Entry<K, V> entry, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        return new Node<>(entry, size(left) + size(right) + 1, left, right);
    }
}
