using System.Text;

namespace Mailfleet.Conventions.Tests;

/// <summary>The text files of the tree this test was built from, without what builds and editors leave in it.</summary>
public static class Repository
{
    private static readonly HashSet<string> LeftOvers = ["bin", "obj", "node_modules", "TestResults"];

    public static IReadOnlyList<SourceFile> Files { get; } = [.. ReadFolder(new DirectoryInfo(FindRoot()), "")];

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Saas.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No Saas.sln above {AppContext.BaseDirectory}.");
    }

    private static IEnumerable<SourceFile> ReadFolder(DirectoryInfo folder, string prefix)
    {
        foreach (FileInfo file in folder.EnumerateFiles().Where(file => file.Name != ".git")) // in a linked worktree it is a file
        {
            byte[] content = File.ReadAllBytes(file.FullName);
            if (!content.Contains((byte)0)) // pictures and fonts
                yield return new SourceFile(prefix + file.Name, Encoding.UTF8.GetString(content));
        }

        foreach (DirectoryInfo child in folder.EnumerateDirectories().Where(IsOurs))
        {
            foreach (SourceFile file in ReadFolder(child, $"{prefix}{child.Name}/"))
                yield return file;
        }
    }

    private static bool IsOurs(DirectoryInfo folder) =>
        folder.LinkTarget is null && !LeftOvers.Contains(folder.Name) && (!folder.Name.StartsWith('.') || folder.Name == ".ci");
}
