using System.Runtime.InteropServices;

namespace Laddermill.Processes;

/// <summary>Numbers of Linux system calls, which differ from processor to processor (asm/unistd.h).</summary>
/// <param name="Architecture">AUDIT_ARCH_… of linux/audit.h.</param>
/// <param name="Refused">Never allowed to a media tool.</param>
/// <param name="ToItselfOnly">Signals, allowed where the first argument is the process itself.</param>
internal sealed record Calls(
    uint Architecture,
    uint Socket,
    uint CloneCall,
    uint Clone3,
    uint[] ToItselfOnly,
    uint[] Refused
)
{
    /// <summary>io_uring_setup, io_uring_enter, io_uring_register (they open sockets past a filter), pidfd_send_signal, pidfd_getfd: the same everywhere.</summary>
    private static readonly uint[] New = [425, 426, 427, 424, 438];

    private static readonly Calls X64 = new(
        0xc000003e,
        Socket: 41,
        CloneCall: 56,
        Clone3: 435,
        // kill, tgkill
        [62, 234],
        [
            .. New,
            // ptrace, process_vm_readv, process_vm_writev, kcmp
            101,
            310,
            311,
            312,
            // tkill, rt_sigqueueinfo, rt_tgsigqueueinfo
            200,
            129,
            297,
            // unshare, setns, mount, umount2, pivot_root, chroot
            272,
            308,
            165,
            166,
            155,
            161,
            // bpf, perf_event_open, userfaultfd, keyctl, add_key, request_key
            321,
            298,
            323,
            250,
            248,
            249,
            // init_module, finit_module, delete_module, kexec_load, kexec_file_load
            175,
            313,
            176,
            246,
            320,
        ]
    );

    private static readonly Calls Arm64 = new(
        0xc00000b7,
        Socket: 198,
        CloneCall: 220,
        Clone3: 435,
        [129, 131],
        [
            .. New,
            117,
            270,
            271,
            272,
            130,
            138,
            240,
            97,
            268,
            40,
            39,
            41,
            51,
            280,
            241,
            282,
            219,
            217,
            218,
            105,
            273,
            106,
            104,
            294,
        ]
    );

    /// <summary>Null for processors that nobody has looked up.</summary>
    public static Calls? Here =>
        OperatingSystem.IsLinux()
            ? RuntimeInformation.ProcessArchitecture switch
            {
                global::System.Runtime.InteropServices.Architecture.X64 => X64,
                global::System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
                _ => null,
            }
            : null;
}
