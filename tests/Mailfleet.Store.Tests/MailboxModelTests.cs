using System.Globalization;
using CsCheck;
using Mailfleet.Cell;
using Mailfleet.Store.Changes;
using Mailfleet.Store.Checking;
using Mailfleet.Store.Folders;
using Mailfleet.Store.Listing;
using Mailfleet.Store.Messages;
using Mailfleet.Store.Tests.Support;
using Npgsql;
using static Mailfleet.Store.Tests.Support.StoreTestExtensions;

namespace Mailfleet.Store.Tests;

/// <summary>
/// Random work on a mailbox, on the store and on a plain model of it: both say the same at the end, so does a client that only follows the feed of changes, and the
/// check finds nothing.
/// </summary>
public sealed class MailboxModelTests(CellTemplate template)
{
    private static readonly string[] Names = ["a", "b", "INBOX", "Trash", "c"];

    [Fact]
    public async Task StoreAndModelAgree()
    {
        await using TestCell cell = await TestCell.CreateAsync(template);
        await using MailStore store = await cell.OpenAsync(cell.Options with { MaxFolders = 9, MaxFolderDepth = 3 });
        int mailboxes = 0;
        await Gen.Select(Gen.Int[0, 7], Gen.Int[0, 1 << 30]).Array[1, 40].SampleAsync(
            async steps =>
            {
                MailboxKey mailbox = await cell.AddMailboxAsync($"box{Interlocked.Increment(ref mailboxes)}");
                Model model = new();
                await store.Folders.ListAsync(mailbox, CancellationToken.None);
                Client client = new();
                foreach ((int kind, int seed) in steps)
                {
                    await StepAsync(store, mailbox, model, kind, new Random(seed));
                    if (seed % 4 == 0)
                        await client.FollowAsync(store, mailbox, limit: 1 + (seed % 7));
                }

                await store.FinishDeletionsAsync(CancellationToken.None);
                await client.FollowAsync(store, mailbox, limit: 3);
                Assert.Equal(model.Describe(), await client.DescribeAsync(store, mailbox));
                Assert.Equal(model.Describe(), await DescribeAsync(cell, store, mailbox));
            },
            iter: 30, threads: 1);
        Assert.Empty((await StoreCheck.RunAsync(cell.Directory, cell.Database, new StoreCheckOptions(Deep: true), CancellationToken.None)).Problems);
    }

    private static async Task StepAsync(MailStore store, MailboxKey mailbox, Model model, int kind, Random random)
    {
        int folder = random.Next(12) + 1;
        int? parent = random.Next(2) == 0 ? null : random.Next(12) + 1;
        string name = Names[random.Next(Names.Length)];
        long[] ids = [.. Enumerable.Range(1, (int)model.NextEmailId).Where(_ => random.Next(2) == 0).Select(id => (long)id)];
        MessageFlags flags = (MessageFlags)random.Next(32);
        FolderName parsed = FolderName.TryParse(name)!.Value;
        FolderId? under = parent is { } above ? new FolderId(above) : null;
        switch (kind)
        {
            case 0 or 1:
                await using (IncomingMessage message = store.Receive())
                {
                    await message.WriteAsync(Message(random.Next(), 100), CancellationToken.None);
                    DeliveryTarget target = new(mailbox, "", "") { Folder = new FolderId(folder), Flags = FlagSet.TryCreate(flags)!, RefuseWhenFolderIsGone = kind == 1 };
                    DeliveryResult result = await store.DeliverAsync(message, [target]);
                    Assert.Equal(model.Deliver(folder, flags, refuse: kind == 1), result.Status == DeliveryStatus.Stored);
                }

                break;
            case 2:
                FlagResult marked = await store.Messages.MarkAsync(mailbox, ids, FlagChange.Set(FlagSet.TryCreate(flags)!), null, CancellationToken.None);
                Assert.Equal(model.Mark(ids, flags), marked.Changed);
                break;
            case 3:
                Assert.Equal(model.Move(ids, folder), (await store.Messages.MoveAsync(mailbox, ids, new FolderId(folder), CancellationToken.None)).Messages.Count);
                break;
            case 4:
                Assert.Equal(model.Copy(ids, folder), (await store.Messages.CopyAsync(mailbox, ids, new FolderId(folder), CancellationToken.None)).Messages.Count);
                break;
            case 5:
                await store.DeleteAsync(mailbox, [.. ids.Take(2)], CancellationToken.None);
                model.Delete([.. ids.Take(2)]);
                break;
            case 6:
                FolderResult made = await store.Folders.CreateAsync(mailbox, under, parsed, CancellationToken.None);
                Assert.Equal(model.Create(parent, name), made.Folder?.Value);
                break;
            default:
                if (random.Next(2) == 0)
                    Assert.Equal(model.Remove(folder), (await store.Folders.DeleteAsync(mailbox, new FolderId(folder), CancellationToken.None)).Refusal is null);
                else
                    Assert.Equal(model.Place(folder, parent, name), (await store.Folders.MoveAsync(mailbox, new FolderId(folder), under, parsed, CancellationToken.None)).Refusal is null);
                break;
        }
    }

    private static async Task<string> DescribeAsync(TestCell cell, MailStore store, MailboxKey mailbox)
    {
        List<string> lines = [.. (await store.Folders.ListAsync(mailbox, CancellationToken.None)).Folders.Select(Line)];
        await using NpgsqlCommand command = cell.Database.CreateCommand("SELECT email_id, folder_id, uid, flags FROM mail.message WHERE mailbox_id = $1 ORDER BY email_id");
        command.Parameters.Add(new() { Value = mailbox.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            lines.Add(Line(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt32(3)));
        return string.Join('\n', lines);
    }

    private static string Line(long emailId, int folder, long uid, int flags) => string.Create(CultureInfo.InvariantCulture, $"{emailId} in {folder} as {uid} with {flags}");

    private static string Line(MailFolder folder) =>
        string.Create(CultureInfo.InvariantCulture, $"{folder.Id}<{folder.Parent}:{folder.Name} {folder.TotalCount}-{folder.UnseenCount} next {folder.UidNext}");

    /// <summary>Knows what the feed has told it, and looks up only what the feed says has changed.</summary>
    private sealed class Client
    {
        private readonly SortedDictionary<long, string> _mail = [];
        private readonly SortedDictionary<int, string> _folders = [];
        private ChangeCursor _cursor = ChangeCursor.After(0);
        private long _folderModSeq = -1;

        public async Task FollowAsync(MailStore store, MailboxKey mailbox, int limit)
        {
            bool hasMore = true;
            while (hasMore)
            {
                EmailChanges page = (await store.Changes.ListEmailsAsync(mailbox, _cursor, limit, CancellationToken.None))!;
                (_cursor, hasMore) = (page.Until, page.HasMore);
                foreach (long gone in page.Destroyed)
                    _mail.Remove(gone);
                foreach (ListedMessage message in await store.Lists.FindAsync(mailbox, [.. page.Created, .. page.Updated], CancellationToken.None))
                    _mail[message.EmailId] = Line(message.EmailId, message.Folder.Value, message.Uid, (int)message.Marks.Bits);
            }

            FolderChanges changes = (await store.Changes.ListFoldersAsync(mailbox, _folderModSeq, CancellationToken.None))!;
            foreach (FolderId gone in changes.Destroyed)
                _folders.Remove(gone.Value);
            HashSet<FolderId> changed = [.. changes.Created, .. changes.Updated, .. changes.Counted];
            foreach (MailFolder folder in (await store.Folders.ListAsync(mailbox, CancellationToken.None)).Folders.Where(folder => changed.Contains(folder.Id)))
                _folders[folder.Id.Value] = Line(folder);
            _folderModSeq = changes.ModSeq;
        }

        public async Task<string> DescribeAsync(MailStore store, MailboxKey mailbox)
        {
            // What a deleted folder held was seen once more before its rows followed.
            IReadOnlyList<ListedMessage> left = await store.Lists.FindAsync(mailbox, [.. _mail.Keys], CancellationToken.None);
            Assert.Equal(_mail.Keys, left.Select(message => message.EmailId).Order());
            return string.Join('\n', (string[])[.. _folders.Values, .. _mail.Values]);
        }
    }

    /// <summary>What a mailbox is, said in the plainest way.</summary>
    private sealed class Model
    {
        private readonly SortedDictionary<int, Folder> _folders = new()
        {
            [1] = new(null, "INBOX"),
            [2] = new(null, "Sent"),
            [3] = new(null, "Drafts"),
            [4] = new(null, "Trash"),
            [5] = new(null, "Junk"),
            [6] = new(null, "Archive"),
        };

        private readonly SortedDictionary<long, Mail> _mail = [];
        private int _nextFolder = 7;

        public long NextEmailId { get; private set; } = 1;

        public bool Deliver(int folder, MessageFlags flags, bool refuse)
        {
            if (!_folders.ContainsKey(folder) && refuse)
                return false;
            Put(_folders.ContainsKey(folder) ? folder : 1, flags);
            return true;
        }

        public List<long> Mark(long[] ids, MessageFlags flags)
        {
            List<long> changed = [.. ids.Where(id => _mail.TryGetValue(id, out Mail? mail) && mail.Flags != flags)];
            foreach (long id in changed)
                _mail[id] = _mail[id] with { Flags = flags };
            return changed;
        }

        public int Move(long[] ids, int folder)
        {
            if (!_folders.TryGetValue(folder, out Folder? target))
                return 0;
            List<KeyValuePair<long, Mail>> moved = [.. InOrder(ids).Where(pair => pair.Value.Folder != folder)];
            foreach ((long id, Mail mail) in moved)
                _mail[id] = mail with { Folder = folder, Uid = target.UidNext++ };
            return moved.Count;
        }

        public int Copy(long[] ids, int folder)
        {
            if (!_folders.ContainsKey(folder))
                return 0;
            List<KeyValuePair<long, Mail>> copied = [.. InOrder(ids)];
            foreach ((_, Mail mail) in copied)
                Put(folder, mail.Flags);
            return copied.Count;
        }

        public void Delete(long[] ids)
        {
            foreach (long id in ids)
                _mail.Remove(id);
        }

        public int? Create(int? parent, string name)
        {
            if (_folders.Count >= 9 || !MayStand(null, parent, name) || PathOf(parent).Count >= 3)
                return null;
            _folders.Add(_nextFolder, new Folder(parent, name));
            return _nextFolder++;
        }

        public bool Place(int folder, int? parent, string name)
        {
            if (!_folders.TryGetValue(folder, out Folder? placed)
                || (folder <= 6 && (parent != placed.Parent || (folder == 1 && name != placed.Name)))
                || !MayStand(folder, parent, name)
                || PathOf(parent).Contains(folder)
                || _folders.Keys.Any(id => PathOf(id) is var path && path.Contains(folder) && path.Count - PathOf(placed.Parent).Count + PathOf(parent).Count > 3))
                return false;
            (placed.Parent, placed.Name) = (parent, name);
            return true;
        }

        public bool Remove(int folder)
        {
            if (folder <= 6 || !_folders.ContainsKey(folder) || _folders.Values.Any(other => other.Parent == folder))
                return false;
            _folders.Remove(folder);
            foreach (long id in _mail.Where(pair => pair.Value.Folder == folder).Select(pair => pair.Key).ToArray())
                _mail.Remove(id);
            return true;
        }

        public string Describe() =>
            string.Join('\n', (string[])
            [
                .. _folders.Select(pair => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{pair.Key}<{pair.Value.Parent}:{pair.Value.Name} {_mail.Values.Count(mail => mail.Folder == pair.Key)}-{_mail.Values.Count(mail => mail.Folder == pair.Key && !mail.Flags.HasFlag(MessageFlags.Seen))} next {pair.Value.UidNext}")),
                .. _mail.Select(pair => Line(pair.Key, pair.Value.Folder, pair.Value.Uid, (int)pair.Value.Flags)),
            ]);

        private IEnumerable<KeyValuePair<long, Mail>> InOrder(long[] ids) =>
            _mail.Where(pair => ids.Contains(pair.Key)).OrderBy(pair => pair.Value.Folder).ThenBy(pair => pair.Value.Uid);

        private void Put(int folder, MessageFlags flags) => _mail.Add(NextEmailId++, new Mail(folder, _folders[folder].UidNext++, flags));

        private bool MayStand(int? folder, int? parent, string name) =>
            (parent is null || _folders.ContainsKey(parent.Value))
            && !(parent is null && name == "INBOX" && folder != 1)
            && !_folders.Any(pair => pair.Key != folder && pair.Value.Parent == parent && pair.Value.Name == name);

        private List<int> PathOf(int? folder)
        {
            List<int> path = [];
            for (int? at = folder; at is { } id && _folders.TryGetValue(id, out Folder? known); at = known.Parent)
                path.Add(id);
            return path;
        }

        private sealed record Mail(int Folder, long Uid, MessageFlags Flags);

        private sealed class Folder(int? parent, string name)
        {
            public int? Parent { get; set; } = parent;

            public string Name { get; set; } = name;

            public long UidNext { get; set; } = 1;
        }
    }
}
