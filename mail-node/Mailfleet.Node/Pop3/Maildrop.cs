using System.Collections;
using Mailfleet.Cell;
using Mailfleet.Pop3;
using Mailfleet.Store;
using Mailfleet.Store.Folders;

namespace Mailfleet.Node.Pop3;

/// <summary>A store snapshot as a POP3 maildrop.</summary>
internal sealed class Maildrop(MailStore store, MailboxKey mailbox, FolderSnapshot inbox, TimeProvider clock) : IPop3Maildrop
{
    private readonly ReadAhead _places = new(store, mailbox, inbox, clock);

    public IReadOnlyList<Pop3Message> Messages { get; } = new MessageList(inbox);

    public async ValueTask<IPop3Content?> OpenAsync(int index, CancellationToken cancellationToken) =>
        await _places.FindAsync(index, cancellationToken) is { } place && await store.OpenMessageAsync(mailbox, place, cancellationToken) is { } reader
            ? new Content(reader) : null;

    public async ValueTask DeleteAsync(IReadOnlyCollection<int> indexes, CancellationToken cancellationToken) =>
        await store.DeleteAsync(mailbox, [.. indexes.Select(index => inbox.Messages[index].EmailId)], FolderId.Inbox, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A view, not a copy: a maildrop may hold 100,000 messages.
    private sealed class MessageList(FolderSnapshot inbox) : IReadOnlyList<Pop3Message>
    {
        public int Count => inbox.Messages.Count;

        public Pop3Message this[int index] => new(inbox.UidValidity, inbox.Messages[index].Uid, inbox.Messages[index].SizeBytes);

        public IEnumerator<Pop3Message> GetEnumerator()
        {
            for (int index = 0; index < Count; index++)
                yield return this[index];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Content(MessageReader reader) : IPop3Content
    {
        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => reader.ReadAsync(buffer, cancellationToken);

        public ValueTask DisposeAsync() => reader.DisposeAsync();
    }
}
