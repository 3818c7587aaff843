using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Laddermill.Processes;

/// <summary>Hands an open file from one process to another through a pair of Unix sockets (<c>SCM_RIGHTS</c>, unix(7)), which .NET cannot.</summary>
internal static unsafe partial class FileHandover
{
    private const int UnixFamily = 1;
    private const int StreamType = 1;
    private const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int CloseReceived = 0x40000000; // MSG_CMSG_CLOEXEC
    private const int SetFlags = 2; // F_SETFD

    /// <summary>Two connected sockets, of which no program that we start gets either.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static (Socket One, SafeSocketHandle Other) Pair()
    {
        var both = stackalloc int[2];
        Check(SocketPair(UnixFamily, StreamType | CloseOnExec, 0, both), "a pair of sockets");
        return (Own(both[0]), new SafeSocketHandle(both[1], ownsHandle: true));
    }

    /// <summary>Starts a program with files of ours, each under its number; ours are closed then. Nobody else gets them: one thread does all starts of tools.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static T Lend<T>(IReadOnlyCollection<SafeHandle> files, Func<T> start)
    {
        try
        {
            foreach (var file in files)
            {
                LetInherit((int)file.DangerousGetHandle());
            }
            return start();
        }
        finally
        {
            foreach (var file in files)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>Programs that are started from now on get the file, under its number.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static void LetInherit(int number) =>
        Check(Control(number, SetFlags, 0), "an inherited socket");

    /// <summary>Hands a socket over; ours may be closed then.</summary>
    /// <param name="connection">The number of one of a <see cref="Pair"/>.</param>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static void Send(int connection, Socket handed)
    {
        // A message must have a byte that is not about files.
        byte text = 0;
        var part = new Part { Start = &text, Length = 1 };
        var rights = new RightsMessage
        {
            Length = (nuint)sizeof(RightsMessage) - Padding,
            Level = SocketLevel,
            Kind = Rights,
            File = (int)handed.Handle,
        };
        var message = Message(&part, &rights);
        Check(SendMessage(connection, &message, 0), "to hand a socket over");
    }

    /// <summary>Takes the socket that has been handed over through a connection on which something has arrived.</summary>
    /// <returns>Null when the other side has closed it, or sent something else.</returns>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static Socket? Receive(Socket connection)
    {
        byte text;
        var part = new Part { Start = &text, Length = 1 };
        RightsMessage rights = default;
        var message = Message(&part, &rights);
        var handle = (int)connection.Handle;
        var bytes = Check(ReceiveMessage(handle, &message, CloseReceived), "a handed socket");
        return bytes > 0 && rights is { Level: SocketLevel, Kind: Rights }
            ? Own(rights.File)
            : null;
    }

    private static Socket Own(int file) => new(new SafeSocketHandle(file, ownsHandle: true));

    private static Header Message(Part* part, RightsMessage* rights) =>
        new()
        {
            Parts = part,
            Count = 1,
            Control = rights,
            ControlLength = (nuint)sizeof(RightsMessage),
        };

    private static nint Check(nint result, string what) =>
        result >= 0
            ? result
            : throw new IOException(
                $"the kernel refused {what} (error {Marshal.GetLastPInvokeError()})."
            );

    /// <summary><c>struct iovec</c>.</summary>
    private struct Part
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c> of 64-bit systems; what some C libraries keep in 32 bits of a field is its lower half.</summary>
    private struct Header
    {
        public void* Name;
        public nuint NameLength;
        public Part* Parts;
        public nuint Count;
        public RightsMessage* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>At the end of <see cref="RightsMessage"/>, whose own length does not count it.</summary>
    private const nuint Padding = 4;

    /// <summary><c>struct cmsghdr</c> with one file behind it, and <see cref="Padding"/> to a multiple of 8 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    private struct RightsMessage
    {
        public nuint Length;
        public int Level;
        public int Kind;
        public int File;
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int family, int type, int protocol, int* both);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int connection, Header* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(int connection, Header* message, int flags);
}
