namespace Mailfleet.Testing;

/// <summary>The root of the clone the tests run in.</summary>
public static class RepositoryRoot
{
    public static string Find()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Saas.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException("Saas.sln is not above the test assembly.");
    }
}
