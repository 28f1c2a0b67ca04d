package spread;

import org.jspecify.annotations.Nullable;

/** Makes messages by cloning a default one. */
public class MessageFactory {
    /** What is cloned; null makes {@link #createMessage} answer null. */
    protected @Nullable SpreadMessage defaultMessage;

    public MessageFactory(@Nullable SpreadMessage defaultMessage) {
        setDefault(defaultMessage);
    }

    /** Keeps a clone of the message, so that later changes to it do not matter. */
    public void setDefault(@Nullable SpreadMessage defaultMessage) {
        this.defaultMessage = defaultMessage == null ? null : (SpreadMessage) defaultMessage.clone();
    }

    /** A clone of the default message, or null if there is none. */
    public @Nullable SpreadMessage createMessage() {
        SpreadMessage original = defaultMessage;
        return original == null ? null : (SpreadMessage) original.clone();
    }
}
