namespace DnC.Workflow.Soak.Tests.Faults;

/// <summary>What is done to a run.</summary>
public enum FaultKind
{
    /// <summary>kill -9 of a worker.</summary>
    KillWorker,

    /// <summary>SIGTERM of a worker.</summary>
    TerminateWorker,

    /// <summary>kill -9 of a stage's process.</summary>
    KillChild,

    /// <summary>SIGTERM of a stage's process.</summary>
    TerminateChild,

    /// <summary>SIGSTOP of a worker until its claims are taken back, then SIGCONT; the processes of its stages go on.</summary>
    FreezeWorker,

    /// <summary>The same with the processes of its stages.</summary>
    FreezeTree,

    /// <summary>pg_ctl restart -m immediate.</summary>
    RestartDatabase,

    /// <summary>The database stops as in a crash and stays away.</summary>
    DatabaseAway,

    /// <summary>pg_terminate_backend of all connections that LISTEN.</summary>
    CutListen,

    /// <summary>The artifacts' disk is full until a stage has failed of it.</summary>
    DiskFull,

    /// <summary>kill -9 of a pacer.</summary>
    KillPacer,

    /// <summary>SIGSTOP of a pacer that is being told of ends until another one has been told of them, then SIGCONT.</summary>
    FreezePacer,

    /// <summary>pg_terminate_backend of all connections of pacers.</summary>
    CutPacers,

    /// <summary>A worker is started whose clock is off by hours.</summary>
    WrongClock,
}
