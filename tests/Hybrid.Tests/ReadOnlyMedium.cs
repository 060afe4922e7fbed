using System.Diagnostics;

namespace Hybrid.Tests;

/// <summary>Makes a folder one that can only be read, until it is disposed: by mounting it so where that is allowed, else by its permissions.</summary>
internal sealed class ReadOnlyMedium : IDisposable
{
    private readonly string _folder;
    private readonly bool _isMounted;

    /// <summary>Skips the test, and says why, where neither works; root on Linux who runs the gate can mount, so there it fails.</summary>
    public ReadOnlyMedium(string folder)
    {
        _folder = folder;
        _isMounted = OperatingSystem.IsLinux() && Run("mount", "--bind", folder, folder);
        if (_isMounted)
            Run("mount", "-o", "remount,ro,bind", folder);
        else if (!OperatingSystem.IsWindows())
            SetMode(UnixFileMode.UserRead | UnixFileMode.UserExecute, UnixFileMode.UserRead);
        if (!CanWrite())
            return;
        Dispose();
        bool mustWork = Environment.GetEnvironmentVariable("CI") == "true" && Environment.IsPrivilegedProcess && OperatingSystem.IsLinux();
        Assert.False(mustWork, "The folder can still be written: mount --bind does not work here.");
        Assert.Skip("This test needs a folder that cannot be written: neither mounting it so nor its permissions made it one.");
    }

    public void Dispose()
    {
        if (_isMounted)
            Run("umount", "--lazy", _folder);
        else if (!OperatingSystem.IsWindows())
            SetMode(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private bool CanWrite()
    {
        string probe = Path.Combine(_folder, "probe");
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private void SetMode(UnixFileMode folder, UnixFileMode files)
    {
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (string file in Directory.EnumerateFiles(_folder))
            File.SetUnixFileMode(file, files);
        File.SetUnixFileMode(_folder, folder);
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            // ! : not a shell command
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;   // no such program
        }
    }
}
