using System.Text;

namespace Laddermill.Storage.FileSystem;

/// <summary>
/// Where a key lies below the root. Ordinary keys are ordinary paths: <c>movies/sintel.mp4/master.m3u8</c> is that very file. What a
/// folder cannot hold is written with a mark that ordinary names do not start with, so that every key has its own place:
/// <list type="bullet">
/// <item><c>.%q</c>NAME: NAME, where that is empty, <c>.</c> or <c>..</c>, starts with <c>.%</c>, or is one of our temporary files.</item>
/// <item><c>.%l</c>START/REST: a name of more than 255 bytes, cut after its first 200.</item>
/// <item><c>.%f</c>NAME: the object NAME, where a folder has that name, because there are also objects NAME/….</item>
/// </list>
/// </summary>
internal sealed record KeyPath(IReadOnlyList<KeyPath.Folder> Folders, string Name)
{
    public const string Mark = ".%";
    public const char Quoted = 'q';
    public const char Long = 'l';
    public const char BesideFolder = 'f';

    /// <summary>Names in the root that start so are files being written, never objects.</summary>
    public const string TemporaryPrefix = ".laddermill-put-";

    /// <summary>The folder in the root where files grow that are given their names when they are whole; seen by nobody, as its name says.</summary>
    public const string GrowingFolder = TemporaryPrefix + "growing";

    private const int MaxNameBytes = 255;
    private const int CutBytes = 200;

    /// <summary>One folder on the way from the root.</summary>
    /// <param name="KeyLength">The length of the key that names the same place, an object that may be in the way; 0 inside a long name.</param>
    public readonly record struct Folder(string Name, int KeyLength);

    /// <summary>The usual place of an object.</summary>
    public static KeyPath Of(string key) => Parse(key, besideFolder: false);

    /// <summary>Its place when a folder has its name.</summary>
    public static KeyPath Beside(string key) => Parse(key, besideFolder: true);

    /// <summary>The folders that hold the keys which start with <paramref name="prefix"/>, up to its last <c>/</c>.</summary>
    public static IReadOnlyList<Folder> FoldersOf(string prefix) =>
        Parse(prefix[..(prefix.LastIndexOf('/') + 1)], false).Folders;

    public override string ToString() => string.Join('/', [.. Folders.Select(f => f.Name), Name]);

    private static KeyPath Parse(string key, bool besideFolder)
    {
        var folders = new List<Folder>();
        var start = 0;
        for (var slash = key.IndexOf('/'); slash >= 0; slash = key.IndexOf('/', start))
        {
            var part = AddLongStarts(folders, key[start..slash], start == 0, false);
            folders.Add(new Folder(part, slash));
            start = slash + 1;
        }
        var name = AddLongStarts(folders, key[start..], start == 0, besideFolder);
        return new KeyPath(folders, name);
    }

    // Adds the folders that hold the start of a long name, and returns what the rest is called.
    private static string AddLongStarts(
        List<Folder> folders,
        string part,
        bool inRoot,
        bool besideFolder
    )
    {
        while (true)
        {
            var mark =
                besideFolder ? $"{Mark}{BesideFolder}"
                : NeedsQuote(part, inRoot) ? $"{Mark}{Quoted}"
                : "";
            if (mark.Length + Encoding.UTF8.GetByteCount(part) <= MaxNameBytes)
                return mark + part;
            var cut = StartLength(part);
            folders.Add(new Folder($"{Mark}{Long}{part[..cut]}", 0));
            (part, inRoot) = (part[cut..], false);
        }
    }

    private static bool NeedsQuote(string part, bool inRoot) =>
        part is "" or "." or ".."
        || part.StartsWith(Mark, StringComparison.Ordinal)
        || inRoot && part.StartsWith(TemporaryPrefix, StringComparison.Ordinal);

    // The shortest start of whole characters that has at least CutBytes. Whatever shares it shares its folder, so no start is the
    // start of another.
    private static int StartLength(string part)
    {
        var (chars, bytes) = (0, 0);
        foreach (var rune in part.EnumerateRunes())
        {
            if (bytes >= CutBytes)
                break;
            chars += rune.Utf16SequenceLength;
            bytes += rune.Utf8SequenceLength;
        }
        return chars;
    }
}
