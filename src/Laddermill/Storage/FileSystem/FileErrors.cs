namespace Laddermill.Storage.FileSystem;

/// <summary>Turns an error number into one sentence that says what failed, on which object, and what to do.</summary>
internal static class FileErrors
{
    public static StoreException Of(string doing, string key, string store, Errno error)
    {
        var what =
            key.Length == 0
                ? $"Cannot {doing} {store}"
                : $"Cannot {doing} '{KeyRules.Show(key)}' in {store}";
        var (why, transient) = error switch
        {
            Errno.NoSpace => ("the disk is full; free some space or choose another place", false),
            Errno.Quota => (
                "the disk quota is used up; free some space or choose another place",
                false
            ),
            Errno.ReadOnly => ("the file system is read-only; choose another place", false),
            Errno.Access or Errno.NotPermitted => (
                "permission denied; give this user the right or choose another place",
                false
            ),
            Errno.NotDirectory or Errno.Loop => (
                "something on the way to it is not a folder (symbolic links are not followed); remove that or choose another place",
                false
            ),
            Errno.CrossDevice => (
                "another file system is mounted on the way to it; make its folder the destination",
                false
            ),
            Errno.NoEntry => ("the folder vanished; is somebody else deleting in it?", true),
            Errno.NameTooLong => ("the file system allows no name that long", false),
            Errno.TooManyFiles or Errno.TooManyFilesInSystem => ("too many files are open", true),
            Errno.TimedOut or Errno.Stale => ("the network file system does not answer", true),
            _ => ($"the system says error {(int)error}: {Message(error)}", false),
        };
        return new StoreException($"{what}: {why}.") { IsTransient = transient };
    }

    /// <summary>The error number that .NET wrapped.</summary>
    public static Errno ErrnoOf(Exception e) =>
        e switch
        {
            UnauthorizedAccessException { InnerException: IOException inner } => (Errno)
                inner.HResult,
            UnauthorizedAccessException => Errno.Access,
            FileNotFoundException or DirectoryNotFoundException => Errno.NoEntry,
            PathTooLongException => Errno.NameTooLong,
            _ => (Errno)e.HResult,
        };

    private static string Message(Errno error) =>
        System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage((int)error);
}
