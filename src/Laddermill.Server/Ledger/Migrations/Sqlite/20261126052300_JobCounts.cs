using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Laddermill.Server.Ledger.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class JobCounts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "jobs_counts",
                table: "jobs",
                columns: new[] { "pipeline", "state" }
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "jobs_counts", table: "jobs");
        }
    }
}
