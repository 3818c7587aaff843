using System.Runtime.InteropServices;

namespace Laddermill.Processes;

/// <summary>
/// A seccomp filter (https://docs.kernel.org/userspace-api/seccomp_filter.html) for media tools: no network of any kind, no look into other processes, no signals to
/// them, none of the kernel's large and seldom used doors. Everything else stays allowed: what ffmpeg's libraries call differs from version to version.
/// </summary>
internal static unsafe partial class SystemCallFilter
{
    private const int Filter = 2; // SECCOMP_MODE_FILTER
    private const int SetSeccomp = 22; // PR_SET_SECCOMP

    // What the kernel shows a filter: number, architecture, address, then six arguments of 64 bits, whose lower halves come first.
    private const uint Number = 0;
    private const uint Architecture = 4;
    private const uint Argument0 = 16;
    private const uint Argument1 = 24;

    private const uint Allow = 0x7fff0000;
    private const uint KillProcess = 0x80000000;
    private const uint Permission = 0x00050000 | 1; // EPERM
    private const uint Access = 0x00050000 | 13; // EACCES
    private const uint NotThere = 0x00050000 | 38; // ENOSYS

    private const uint UnixFamily = 1;
    private const uint Internet = 2;
    private const uint Internet6 = 10;
    private const uint TypeMask = 0xf;
    private const uint StreamType = 1;

    /// <summary>CLONE_NEW… of all namespaces.</summary>
    private const uint Namespaces = 0x7e020080;

    /// <summary>Numbers from here on are of x32, a second set for the same calls.</summary>
    private const uint X32 = 0x40000000;

    public static bool IsKnownHere => Calls.Here is not null;

    /// <exception cref="IOException">The kernel refused.</exception>
    public static void Install(bool withGateway)
    {
        var program = Program(Calls.Here!, (uint)Environment.ProcessId, withGateway);
        fixed (Instruction* first = program)
        {
            var filter = new ProgramHeader { Length = (ushort)program.Length, First = first };
            if (Prctl(SetSeccomp, Filter, &filter, 0, 0) != 0)
            {
                throw new IOException(
                    $"the kernel refused a filter for system calls (error {Marshal.GetLastPInvokeError()})."
                );
            }
        }
    }

    /// <param name="self">The process, which keeps its id when it becomes the tool: a tool may signal itself, as <c>abort</c> does.</param>
    internal static Instruction[] Program(Calls calls, uint self, bool withGateway)
    {
        List<Instruction> program =
        [
            Load(Architecture),
            Equal(calls.Architecture, 1, 0),
            Return(KillProcess),
            Load(Number),
            new(AtLeast, 0, 1, X32),
            Return(Permission),
        ];
        foreach (var call in calls.Refused)
        {
            program.AddRange([Equal(call, 0, 1), Return(Permission)]);
        }
        // Its flags lie in memory, where a filter cannot look; without it the C library takes clone.
        program.AddRange([Equal(calls.Clone3, 0, 1), Return(NotThere)]);
        program.AddRange([
            Equal(calls.CloneCall, 0, 4),
            Load(Argument0),
            new(AnyBit, 0, 1, Namespaces),
            Return(Permission),
            Return(Allow),
        ]);
        foreach (var call in calls.ToItselfOnly)
        {
            program.AddRange([
                Equal(call, 0, 4),
                Load(Argument0),
                Equal(self, 0, 1),
                Return(Allow),
                Return(Permission),
            ]);
        }
        Instruction[] streams =
        [
            Equal(Internet, 1, 0),
            Equal(Internet6, 0, 4),
            Load(Argument1),
            new(And, 0, 0, TypeMask),
            Equal(StreamType, 0, 1),
            Return(Allow),
        ];
        Instruction[] socket =
        [
            Load(Argument0),
            Equal(UnixFamily, 0, 1),
            Return(Allow),
            .. withGateway ? streams : [],
            Return(Access),
        ];
        program.AddRange([Equal(calls.Socket, 0, (byte)socket.Length), .. socket]);
        program.Add(Return(Allow));
        return [.. program];
    }

    // BPF_JMP with BPF_JGE, BPF_JSET, BPF_JEQ; BPF_ALU with BPF_AND; all with a constant.
    private const ushort AtLeast = 0x35;
    private const ushort AnyBit = 0x45;
    private const ushort And = 0x54;

    private static Instruction Load(uint offset) => new(0x20, 0, 0, offset);

    private static Instruction Equal(uint value, byte then, byte otherwise) =>
        new(0x15, then, otherwise, value);

    private static Instruction Return(uint answer) => new(0x06, 0, 0, answer);

    /// <summary><c>struct sock_filter</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Instruction(
        ushort Code,
        byte IfTrue,
        byte IfFalse,
        uint Operand
    );

    private struct ProgramHeader
    {
        public ushort Length;
        public Instruction* First;
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(
        int option,
        nuint mode,
        ProgramHeader* filter,
        nuint a,
        nuint b
    );
}
