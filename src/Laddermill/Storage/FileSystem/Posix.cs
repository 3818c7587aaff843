using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Laddermill.Storage.FileSystem;

/// <summary>Error numbers of Linux (the same on x64 and arm64) that are told apart.</summary>
internal enum Errno
{
    None = 0,
    NotPermitted = 1,
    NoEntry = 2,
    Interrupted = 4,
    Access = 13,
    Exists = 17,
    CrossDevice = 18,
    NotDirectory = 20,
    IsDirectory = 21,
    TooManyFilesInSystem = 23,
    TooManyFiles = 24,
    NoSpace = 28,
    ReadOnly = 30,
    TooManyLinks = 31,
    NameTooLong = 36,
    NotEmpty = 39,
    Loop = 40,
    NotSupported = 95,
    TimedOut = 110,
    Stale = 116,
    Quota = 122,
}

/// <summary>What a name stands for, not following links.</summary>
internal readonly record struct FileFacts(bool IsFile, bool IsFolder, long Size, long ModifiedNs)
{
    /// <summary>Version token of a file: its size and modification time in ns.</summary>
    public string ETag => $"{Size}-{ModifiedNs}";

    public DateTimeOffset LastModified =>
        DateTimeOffset.UnixEpoch.AddTicks(ModifiedNs / TimeSpan.NanosecondsPerTick);
}

/// <summary>
/// The few system calls that .NET does not offer. Everything below the root is reached from open folder handles without following
/// links, so that nobody can swap a folder for a link between a check and its use.
/// </summary>
internal static partial class Posix
{
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int CurrentFolder = -100;
    private const int SymlinkNoFollow = 0x100;
    private const int RemoveFolder = 0x200;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int LockSharedFlag = 1;
    private const int LockExclusive = 2;
    private const int LockNoWait = 4;

    // The two flags that differ between the architectures .NET runs Linux on.
    private static readonly bool ArmFlags =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int Directory = ArmFlags ? 0x4000 : 0x10000;
    private static readonly int NoFollow = ArmFlags ? 0x8000 : 0x20000;

    /// <summary>Opens the root itself, through links: the user named it.</summary>
    public static Errno OpenRoot(string path, out SafeFileHandle folder) =>
        Opened(openat(CurrentFolder, path, Directory | CloseOnExec, 0), out folder);

    public static Errno OpenFolder(SafeFileHandle parent, string name, out SafeFileHandle folder) =>
        Opened(openat(parent, name, Directory | NoFollow | CloseOnExec, 0), out folder);

    // Without NonBlocking the open of a named pipe would wait for a writer.
    public static Errno OpenFile(SafeFileHandle parent, string name, out SafeFileHandle file) =>
        Opened(openat(parent, name, NoFollow | NonBlocking | CloseOnExec, 0), out file);

    public static Errno CreateFile(SafeFileHandle parent, string name, out SafeFileHandle file)
    {
        const int flags = ReadWrite | Create | Exclusive | CloseOnExec;
        return Opened(openat(parent, name, flags | NoFollow, 0x1b6), out file);
    }

    public static Errno OpenFileForWriting(
        SafeFileHandle parent,
        string name,
        out SafeFileHandle file
    ) =>
        Opened(openat(parent, name, ReadWrite | NoFollow | NonBlocking | CloseOnExec, 0), out file);

    public static Errno MakeFolder(SafeFileHandle parent, string name) =>
        Result(mkdirat(parent, name, 0x1ff));

    public static Errno RemoveFile(SafeFileHandle parent, string name) =>
        Result(unlinkat(parent, name, 0));

    public static Errno RemoveEmptyFolder(SafeFileHandle parent, string name) =>
        Result(unlinkat(parent, name, RemoveFolder));

    /// <summary>Moves a file, replacing what is there (but never a folder).</summary>
    public static Errno Rename(
        SafeFileHandle from,
        string name,
        SafeFileHandle to,
        string newName
    ) => Result(renameat(from, name, to, newName));

    /// <summary>Gives a file a second name, unless something has that name already.</summary>
    public static Errno Link(SafeFileHandle from, string name, SafeFileHandle to, string newName) =>
        Result(linkat(from, name, to, newName, 0));

    /// <summary>Waits for the data and the metadata of a file or folder to be on the disk.</summary>
    public static Errno Flush(SafeFileHandle handle)
    {
        Errno error;
        do error = Result(fsync(handle));
        while (error == Errno.Interrupted);
        return error;
    }

    /// <summary>Waits for the exclusive lock of an open file or folder; closing the handle, or death, gives it back.</summary>
    public static Errno Lock(SafeFileHandle handle)
    {
        Errno error;
        do error = Result(flock(handle, LockExclusive));
        while (error == Errno.Interrupted);
        return error;
    }

    /// <summary>Takes a lock that others may share, but nobody exclusively.</summary>
    public static Errno LockShared(SafeFileHandle handle)
    {
        Errno error;
        do error = Result(flock(handle, LockSharedFlag));
        while (error == Errno.Interrupted);
        return error;
    }

    /// <summary>Takes the exclusive lock when nobody has any.</summary>
    public static bool TryLock(SafeFileHandle handle) =>
        flock(handle, LockExclusive | LockNoWait) == 0;

    public static Errno Facts(SafeFileHandle folder, string name, out FileFacts facts)
    {
        var result = statx(folder, name, SymlinkNoFollow, BasicStats, out var raw);
        facts = raw.ToFacts();
        return Result(result);
    }

    public static Errno Facts(SafeFileHandle handle, out FileFacts facts)
    {
        var result = statx(handle, "", EmptyPath, BasicStats, out var raw);
        facts = raw.ToFacts();
        return Result(result);
    }

    private static Errno Result(int result) =>
        result >= 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();

    private static Errno Opened(int descriptor, out SafeFileHandle handle)
    {
        var error = Result(descriptor);
        handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return error;
    }

    // struct statx is the same on all architectures, which struct stat is not.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct RawFacts
    {
        [FieldOffset(28)]
        private readonly ushort mode;

        [FieldOffset(40)]
        private readonly ulong size;

        [FieldOffset(112)]
        private readonly long modifiedSeconds;

        [FieldOffset(120)]
        private readonly uint modifiedNs;

        public FileFacts ToFacts() =>
            new(
                (mode & 0xf000) == 0x8000,
                (mode & 0xf000) == 0x4000,
                (long)size,
                modifiedSeconds * 1_000_000_000 + modifiedNs
            );
    }

    private const string C = "libc";

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int folder, string path, int flags, uint mode);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(SafeFileHandle folder, string path, int flags, uint mode);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdirat(SafeFileHandle folder, string path, uint mode);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlinkat(SafeFileHandle folder, string path, int flags);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat(
        SafeFileHandle from,
        string path,
        SafeFileHandle to,
        string newPath
    );

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int linkat(
        SafeFileHandle from,
        string path,
        SafeFileHandle to,
        string newPath,
        int flags
    );

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(
        SafeFileHandle folder,
        string path,
        int flags,
        uint mask,
        out RawFacts facts
    );

    [LibraryImport(C, SetLastError = true)]
    private static partial int fsync(SafeFileHandle handle);

    [LibraryImport(C, SetLastError = true)]
    private static partial int flock(SafeFileHandle handle, int operation);
}
